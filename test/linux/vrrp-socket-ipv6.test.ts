import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import { openVrrpSocket } from "#linux/vrrp-socket.ts";
import { encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { vrrpGroup6 } from "#vrrp/constants.ts";
import type { IpPacket } from "#vrrp/packets/ip-packet.ts";
import { encodeIpv6Packet } from "#vrrp/packets/ipv6-packet.ts";
import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import {
  connectPeer,
  eventually,
  inPrivateNetwork,
  ip,
  linkLocalOf,
  linkOf,
  runInPeer,
  testInPrivateNetwork,
} from "../support/netns.ts";
import { advertisement, ip as address } from "../support/vrrp-fixtures.ts";

const allNodes = "ff02::1" as IpAddress;

function packetFrom(source: IpAddress, changes: Partial<IpPacket> = {}): Uint8Array {
  const endpoints = { source, destination: vrrpGroup6 };
  const addresses = [address("fe80::33"), address("2001:db8::100")];
  const payload = encodeAdvertisement(advertisement({ addresses }), endpoints);
  return encodeIpv6Packet({ ...endpoints, ttl: 255, protocol: 112, payload, ...changes });
}

function openVrrp(name: string) {
  const packets: Uint8Array[] = [];
  const socket = openVrrpSocket({
    family: "ipv6",
    interfaceName: name,
    interfaceIndex: linkOf(name).index,
    onPacket: (received) => packets.push(received),
    onError: (error) => assert.fail(error),
  });
  return { socket, packets };
}

/** What our receiver says of each packet. */
function verdicts(packets: readonly Uint8Array[]): string[] {
  return packets.map((packet) => {
    const opened = openPacket(packet);
    return opened.ok ? "accepted" : `${opened.refusal} from ${opened.source}`;
  });
}

/** The Traffic Class is not told by the kernel, and nobody asks for it. */
function withoutTrafficClass(packet: Uint8Array): string {
  const copy = Buffer.from(packet);
  copy.set([0x60, 0, 0, 0]);
  return copy.toString("hex");
}

async function startPeer(...answers: Uint8Array[]) {
  const peer = runInPeer(process.execPath, [
    join(import.meta.dirname, "fixtures/vrrp-peer.ts"),
    "gp1",
    String(linkOf("gp1", "-n peer ").index),
    ...answers.map((answer) => Buffer.from(answer).toString("hex")),
  ]);
  assert.equal(await peer.nextLine(), "ready");
  return peer;
}

function describeVrrpSocket(): void {
  connectPeer();
  ip("link add gp2 type veth peer name gp3");
  ip("link set gp2 up");
  ip("link set gp3 up");
  const [own, peerAddress] = [linkLocalOf("gp0"), linkLocalOf("gp1", "-n peer ")];
  const packet = packetFrom(own);

  test("an Advertisement is on the wire as it was made", async () => {
    const options = "-i gp1 -n -v -e -l -c 1 ip6 proto 112";
    const capture = runInPeer("sh", ["-c", `exec tcpdump ${options} 2>&1`]);
    assert.match(await capture.nextLine(), /^tcpdump: listening on gp1/);
    const { socket } = openVrrp("gp0");
    assert.equal(socket.send(packet), 0);
    socket.close();
    const line = await capture.nextLine();
    assert.match(line, /> 33:33:00:00:00:12, ethertype IPv6/);
    assert.match(line, /class 0xc0, hlim 255, next-header VRRP \(112\) payload length: 40/);
    assert.match(line, new RegExp(`${own} > ff02::12: VRRPv3, Advertisement, .*vrid 51, prio 100`));
    assert.match(line, /addrs\(2\): fe80::33,2001:db8::100/);
    assert.doesNotMatch(line, /bad/);
  });

  test("an Advertisement goes to the peer and back, whole", async () => {
    const peer = await startPeer(packetFrom(peerAddress));
    const { socket, packets } = openVrrp("gp0");
    const other = openVrrp("gp2");
    assert.equal(socket.send(packet), 0);
    const heard = Buffer.from(await peer.nextLine(), "hex");
    assert.equal(withoutTrafficClass(heard), withoutTrafficClass(packet));
    await eventually(() => packets.length > 0);
    const answer = withoutTrafficClass(packetFrom(peerAddress));
    assert.deepEqual(packets.map(withoutTrafficClass), [answer], "its own packet is not heard");
    assert.equal(other.packets.length, 0, "nothing from another interface");
    socket.close();
    other.socket.close();
    peer.process.kill();
  });

  test("what has another Hop Limit than 255 is refused, and its sender is known", async () => {
    const hopLimits = [254, 1, 64].map((ttl) => packetFrom(peerAddress, { ttl }));
    const peer = await startPeer(...hopLimits, packetFrom(peerAddress));
    const { socket, packets } = openVrrp("gp0");
    socket.send(packet);
    await eventually(() => packets.length === 4);
    const refused = `time-to-live from ${peerAddress}`;
    assert.deepEqual(verdicts(packets), [refused, refused, refused, "accepted"]);
    assert.ok(
      packets.slice(0, 3).every((each) => each.length <= 41),
      "the message did not come",
    );
    socket.close();
    peer.process.kill();
  });

  test("what is addressed elsewhere never arrives, what has no content is too short", async () => {
    ip("address add 2001:db8::1/64 dev gp0 nodad");
    const elsewhere = [allNodes, address("2001:db8::1")].map((destination) =>
      packetFrom(peerAddress, { destination }),
    );
    const short = [0, 1, 7].map((length) =>
      packetFrom(peerAddress, { payload: new Uint8Array(length) }),
    );
    const peer = await startPeer(...elsewhere, ...short, packetFrom(peerAddress));
    const { socket, packets } = openVrrp("gp0");
    socket.send(packet);
    await eventually(() => packets.length === 4);
    const refused = `too-short from ${peerAddress}`;
    assert.deepEqual(verdicts(packets), [refused, refused, refused, "accepted"]);
    socket.close();
    peer.process.kill();
  });

  test("what comes by unicast on the link arrives as it was sent", async () => {
    const payload = Uint8Array.of(1, 2, 3);
    const unicast = [255, 64].map((ttl) =>
      packetFrom(peerAddress, { destination: own, ttl, payload }),
    );
    const peer = await startPeer(...unicast);
    const { socket, packets } = openVrrp("gp0");
    socket.send(packet);
    await eventually(() => packets.length === 2);
    assert.deepEqual(packets.map(withoutTrafficClass), unicast.map(withoutTrafficClass));
    socket.close();
    peer.process.kill();
  });

  test("the largest Advertisement is sent in fragments and arrives whole", async () => {
    const endpoints = { source: peerAddress, destination: vrrpGroup6 };
    const addresses = Array.from({ length: 255 }, (_, index) => address(`fe80::${index + 1}`));
    const payload = encodeAdvertisement(advertisement({ addresses }), endpoints);
    const large = packetFrom(peerAddress, { payload });
    const peer = await startPeer(large);
    const { socket, packets } = openVrrp("gp0");
    assert.equal(socket.send(packet), 0);
    await eventually(() => packets.length === 1);
    assert.deepEqual(packets.map(withoutTrafficClass), [withoutTrafficClass(large)]);
    socket.close();
    peer.process.kill();
  });

  test("down, sending is refused as a value; up again, it sends and hears", async () => {
    const peer = await startPeer(packetFrom(peerAddress));
    const { socket, packets } = openVrrp("gp0");
    ip("link set gp0 down");
    assert.ok(socket.send(packet) < 0);
    ip("link set gp0 up");
    // What is sent before the peer's end of the cable has noticed is lost.
    await eventually(() => socket.send(packet) === 0 && packets.length > 0);
    socket.close();
    peer.process.kill();
  });

  test("a removed interface is ENETUNREACH; a closed socket is EBADF and stays closed", () => {
    const { socket } = openVrrp("gp2");
    ip("link delete gp2");
    assert.equal(socket.send(packet), -101);
    socket.close();
    assert.equal(socket.send(packet), -9);
  });
}

if (inPrivateNetwork) describe("VRRP socket over IPv6", describeVrrpSocket);
else testInPrivateNetwork(import.meta.filename);
