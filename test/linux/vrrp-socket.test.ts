import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import { openVrrpSocket } from "#linux/vrrp-socket.ts";
import { vrrpGroup4 } from "#vrrp/constants.ts";
import { decodeIpv4Packet, encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import {
  connectPeer,
  eventually,
  inPrivateNetwork,
  ip,
  linkOf,
  runInPeer,
  testInPrivateNetwork,
} from "../support/netns.ts";

const payload = Uint8Array.of(1, 2, 3, 4, 5);
const packet = encodeIpv4Packet({
  source: "192.0.2.1" as IpAddress,
  destination: vrrpGroup4,
  ttl: 255,
  protocol: 112,
  payload,
});

const answer = encodeIpv4Packet({
  source: "192.0.2.2" as IpAddress,
  destination: vrrpGroup4,
  ttl: 255,
  protocol: 112,
  payload: Uint8Array.of(9, 8, 7, 6),
});

function openVrrp(name: string) {
  const packets: Uint8Array[] = [];
  const socket = openVrrpSocket({
    family: "ipv4",
    interfaceName: name,
    interfaceIndex: linkOf(name).index,
    onPacket: (received) => packets.push(received),
    onError: (error) => assert.fail(error),
  });
  return { socket, packets };
}

async function startPeer() {
  const peer = runInPeer(process.execPath, [
    join(import.meta.dirname, "fixtures/vrrp-peer.ts"),
    "gp1",
    String(linkOf("gp1", "-n peer ").index),
    Buffer.from(answer).toString("hex"),
  ]);
  assert.equal(await peer.nextLine(), "ready");
  return peer;
}

function describeVrrpSocket(): void {
  connectPeer();
  ip("link add gp2 type veth peer name gp3");
  ip("address add 198.51.100.1/24 dev gp2");
  ip("link set gp2 up");
  ip("link set gp3 up");

  test("a packet goes to the peer and back, whole, without a route to the group", async () => {
    assert.doesNotMatch(ip("route show table all"), /default|224\.0\.0\./);
    const peer = await startPeer();
    const { socket, packets } = openVrrp("gp0");
    const other = openVrrp("gp2");

    assert.equal(socket.send(packet), 0);
    const seen = decodeIpv4Packet(Buffer.from(await peer.nextLine(), "hex"));
    assert.deepEqual(seen, {
      ok: true,
      packet: {
        source: "192.0.2.1",
        destination: vrrpGroup4,
        ttl: 255,
        protocol: 112,
        payload: Buffer.from(payload),
      },
    });

    await eventually(() => packets.length > 0);
    const answer = decodeIpv4Packet(packets[0] ?? new Uint8Array());
    assert.equal(answer.ok && answer.packet.source, "192.0.2.2");
    assert.equal(answer.ok && answer.packet.ttl, 255);
    assert.deepEqual(answer.ok && answer.packet.payload, Uint8Array.of(9, 8, 7, 6));
    assert.equal(packets.length, 1, "its own packet is not heard");
    assert.equal(other.packets.length, 0, "nothing from another interface");

    socket.close();
    other.socket.close();
    peer.process.kill();
  });

  test("down, sending is refused as a value; up again, it sends and hears", async () => {
    const peer = await startPeer();
    const { socket, packets } = openVrrp("gp0");
    ip("link set gp0 down");
    assert.ok([-100, -101].includes(socket.send(packet)), "ENETDOWN or ENETUNREACH");
    ip("link set gp0 up");
    // What is sent before the peer's end of the cable has noticed is lost.
    await eventually(() => socket.send(packet) === 0 && packets.length > 0);
    socket.close();
    peer.process.kill();
  });

  test("a removed interface is ENODEV; a closed socket is EBADF and stays closed", () => {
    const { socket } = openVrrp("gp2");
    ip("link delete gp2");
    assert.equal(socket.send(packet), -19);
    socket.close();
    socket.close();
    assert.equal(socket.send(packet), -9);
  });

  test("a packet larger than the interface takes is refused, not cut up", () => {
    const { socket } = openVrrp("gp0");
    const large = new Uint8Array(3000);
    large.set(packet);
    assert.equal(socket.send(large), -90);
    socket.close();
  });

  test("programs that this process starts do not inherit the socket", () => {
    const { socket } = openVrrp("gp0");
    const script =
      'for fd in /proc/self/fd/*; do [ "${fd##*/}" -gt 2 ] && readlink "$fd"; done; true';
    const inherited = execFileSync("sh", ["-c", script], { encoding: "utf8" });
    assert.doesNotMatch(inherited, /socket:/);
    socket.close();
  });

  test("an interface that does not exist is an error that says what to do", () => {
    const options = { interfaceName: "eth9", interfaceIndex: 9999, onPacket() {}, onError() {} };
    for (const family of ["ipv4", "ipv6"] as const) {
      assert.throws(() => openVrrpSocket({ family, ...options }), {
        name: "SystemError",
        code: "ENODEV",
        message: /cannot speak VRRP on eth9: .*the interface is gone/,
      });
    }
  });
}

if (inPrivateNetwork) describe("VRRP socket", describeVrrpSocket);
else testInPrivateNetwork(import.meta.filename);
