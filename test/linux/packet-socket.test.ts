import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { openPacketSocket, type PacketSocketOptions } from "#linux/packet-socket.ts";
import { pass } from "#linux/socket-filter/program.ts";
import { SystemError } from "#linux/system-error.ts";
import { arpEtherType, decodeArp, encodeArpProbe, encodeGratuitousArp } from "#vrrp/packets/arp.ts";
import {
  connectPeer,
  eventually,
  inPrivateNetwork,
  ip,
  linkOf,
  runInPeer,
  testInPrivateNetwork,
} from "../support/netns.ts";

const virtualAddress = "192.0.2.100" as IpAddress;
const enetdown = -100;
const ebadf = -9;

/** A packet socket for ARP that keeps what it is given. */
function openArp(index: number, more: Partial<PacketSocketOptions> = {}) {
  const frames: Uint8Array[] = [];
  const errors: SystemError[] = [];
  const socket = openPacketSocket({
    interfaceIndex: index,
    etherType: arpEtherType,
    filter: pass(),
    onFrame: (frame) => frames.push(frame),
    onError: (error) => errors.push(error),
    ...more,
  });
  return { socket, frames, errors };
}

function describePacketSocket(): void {
  connectPeer();
  const { index, mac: ownMac } = linkOf("gp0");
  const mac = ownMac as MacAddress;

  test("a gratuitous ARP is on the wire, and moves the peer's neighbour entry", async () => {
    ip(`-n peer neighbour replace ${virtualAddress} lladdr 02:00:00:00:00:99 dev gp1 nud stale`);
    const capture = runInPeer("sh", ["-c", "exec tcpdump -i gp1 -n -e -l -c 1 arp 2>&1"]);
    assert.match(await capture.nextLine(), /^tcpdump: /);
    assert.match(await capture.nextLine(), /^listening on gp1/);
    const { socket } = openArp(index);
    assert.equal(socket.send(encodeGratuitousArp({ address: virtualAddress, mac })), 0);
    socket.close();
    const line = await capture.nextLine();
    assert.match(line, new RegExp(`${mac} > ff:ff:ff:ff:ff:ff.*Request who-has ${virtualAddress}`));
    assert.match(line, new RegExp(`tell ${virtualAddress}, length 28`));
    const neighbour = ip(`-n peer neighbour show ${virtualAddress}`);
    assert.match(neighbour, new RegExp(`lladdr ${mac}`));
  });

  test("a probe is answered by the host that has the address", async () => {
    const { socket, frames } = openArp(index);
    assert.equal(socket.send(encodeArpProbe({ address: "192.0.2.2" as IpAddress, mac })), 0);
    await eventually(() => frames.length > 0);
    socket.close();
    const reply = decodeArp(frames[0] ?? new Uint8Array());
    assert.equal(reply?.operation, "reply");
    assert.equal(reply.senderAddress, "192.0.2.2");
    assert.equal(reply.senderMac, linkOf("gp1", "-n peer ").mac);
  });

  test("an interface that goes down is reported once, and up again it works", async () => {
    const { socket, frames, errors } = openArp(index);
    ip("link set gp0 down");
    await eventually(() => errors.length > 0);
    assert.deepEqual(
      errors.map((error) => error.code),
      ["ENETDOWN"],
    );
    assert.equal(socket.send(encodeGratuitousArp({ address: virtualAddress, mac })), enetdown);
    ip("link set gp0 up");
    const probe = encodeArpProbe({ address: "192.0.2.2" as IpAddress, mac });
    // What is sent before the peer's end of the cable has noticed is lost.
    await eventually(() => socket.send(probe) === 0 && frames.length > 0);
    socket.close();
    assert.equal(errors.length, 1);
  });

  test("a flood is read in parts between which timers run", async () => {
    const own = linkOf("lo");
    let mostInOneTurn = 0;
    let inThisTurn = 0;
    let total = 0;
    const { socket } = openArp(own.index, {
      onFrame() {
        total++;
        inThisTurn++;
        if (inThisTurn > mostInOneTurn) mostInOneTurn = inThisTurn;
        setImmediate(() => (inThisTurn = 0));
      },
    });
    const frame = encodeGratuitousArp({ address: virtualAddress, mac });
    for (let count = 0; count < 100; count++) assert.equal(socket.send(frame), 0);
    await eventually(() => total === 100);
    socket.close();
    assert.ok(mostInOneTurn <= 32, `${mostInOneTurn} frames in one turn`);
  });

  test("closed, it calls back no more and refuses to send; closing twice is allowed", async () => {
    const { socket, frames } = openArp(index);
    socket.send(encodeArpProbe({ address: "192.0.2.2" as IpAddress, mac }));
    socket.close();
    socket.close();
    await sleep(50);
    assert.equal(frames.length, 0);
    assert.equal(socket.send(new Uint8Array(42)), ebadf);
  });

  test("an interface that does not exist is an error that says what to do", () => {
    assert.throws(() => openArp(9999), {
      name: "SystemError",
      code: "ENODEV",
      message: /cannot open a packet socket on interface 9999: .*the interface is gone/,
    });
  });
}

if (inPrivateNetwork) describe("packet socket", describePacketSocket);
else testInPrivateNetwork(import.meta.filename);
