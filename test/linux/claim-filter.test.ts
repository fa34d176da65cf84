import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { openPacketSocket } from "#linux/packet-socket.ts";
import { arpClaimFilter, neighborClaimFilter } from "#linux/socket-filter/claim-filter.ts";
import { drop, type Program } from "#linux/socket-filter/program.ts";
import { readAddressClaim } from "#vrrp/packets/address-claim.ts";
import { arpEtherType, encodeArpProbe, encodeGratuitousArp } from "#vrrp/packets/arp.ts";
import { encodeNeighborAdvertisement, encodeNeighborProbe } from "#vrrp/packets/encode-neighbor.ts";
import { ipv6EtherType } from "#vrrp/packets/neighbor-message.ts";
import {
  connectPeer,
  eventually,
  inPrivateNetwork,
  ip,
  linkOf,
  runInPeer,
  testInPrivateNetwork,
} from "../support/netns.ts";
import { ip as address } from "../support/vrrp-fixtures.ts";

const mac = "02:00:00:00:00:99" as MacAddress;
const stranger = address("2001:db8::5:5");

function open(name: string, etherType: number, filter: Program) {
  const claims: IpAddress[] = [];
  let frames = 0;
  const socket = openPacketSocket({
    interfaceIndex: linkOf(name).index,
    etherType,
    filter,
    onFrame(frame) {
      frames++;
      const claim = readAddressClaim(frame);
      if (claim) claims.push(claim.address);
    },
    onError: (error) => assert.fail(error),
  });
  return { socket, claims, frames: () => frames };
}

/** A frame with bytes changed behind its Ethernet header. */
function altered(frame: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Uint8Array.from(frame);
  copy[offset] = value;
  return copy;
}

function describeFilter(): void {
  connectPeer();
  ip("link add gp2 type veth peer name gp3");
  ip("link set gp2 up");
  ip("link set gp3 up");

  test("of ARP only the senders that are watched arrive, also 255 of them", async () => {
    const many = Array.from({ length: 255 }, (_, index) => address(`198.51.100.${index}`));
    const watched = address("192.0.2.100");
    const sender = open("gp2", arpEtherType, drop);
    const { socket, claims, frames } = open("gp3", arpEtherType, drop);
    sender.socket.send(encodeGratuitousArp({ address: watched, mac }));
    assert.equal(socket.filter(arpClaimFilter([...many, watched])), 0);
    for (const each of [address("192.0.2.101"), watched, many[254] ?? watched]) {
      sender.socket.send(encodeArpProbe({ address: each, mac }));
      sender.socket.send(encodeGratuitousArp({ address: each, mac }));
    }
    await eventually(() => claims.length === 2);
    assert.deepEqual(claims, [watched, "198.51.100.254"]);
    assert.equal(frames(), 2);
    sender.socket.close();
    socket.close();
    assert.equal(socket.filter(drop), -9, "EBADF");
  });

  test("of IPv6 only Neighbor Discovery that claims what is watched arrives", async () => {
    const many = Array.from({ length: 2000 }, (_, index) => address(`2001:db8::2:${index}`));
    const watched = address("2001:db8::100");
    const filter = neighborClaimFilter([...many, watched]);
    const sender = open("gp2", ipv6EtherType, drop);
    const { socket, claims, frames } = open("gp3", ipv6EtherType, filter);
    const good = encodeNeighborAdvertisement({ address: watched, mac });
    const unwanted = [
      encodeNeighborAdvertisement({ address: stranger, mac }),
      encodeNeighborProbe({ address: watched, mac }),
      altered(good, 20, 17), // UDP
      altered(good, 21, 64), // through a router
      altered(good, 54, 128), // an echo request
      altered(good, 54, 135), // a Solicitation from the address, with a wrong checksum: passes
      good.subarray(0, 70),
    ];
    for (const frame of [...unwanted, good]) sender.socket.send(frame);
    await eventually(() => claims.length > 0);
    assert.deepEqual(claims, [watched]);
    assert.equal(frames(), 2, "the Solicitation and the good one");
    sender.socket.close();
    socket.close();
  });

  test("more addresses than a program can hold are looked for outside of the kernel", async () => {
    const many = Array.from({ length: 3000 }, (_, index) => address(`2001:db8::2:${index}`));
    const sender = open("gp2", ipv6EtherType, drop);
    const { socket, claims } = open("gp3", ipv6EtherType, neighborClaimFilter(many));
    sender.socket.send(encodeNeighborAdvertisement({ address: stranger, mac }));
    await eventually(() => claims.length > 0);
    assert.deepEqual(claims, [stranger]);
    sender.socket.close();
    socket.close();
  });

  test("a probe is answered by the host that has the address, as a claim", async () => {
    ip("-n peer address add 2001:db8::7/64 dev gp1 nodad");
    const owned = address("2001:db8::7");
    const own = linkOf("gp0").mac as MacAddress;
    const { socket, claims } = open("gp0", ipv6EtherType, neighborClaimFilter([owned]));
    assert.equal(socket.send(encodeNeighborProbe({ address: owned, mac: own })), 0);
    await eventually(() => claims.length > 0);
    assert.deepEqual(claims, [owned]);
    socket.close();
  });

  test("a host that looks for another one from the address claims it", async () => {
    const owned = address("2001:db8::7");
    const { socket, claims } = open("gp0", ipv6EtherType, neighborClaimFilter([owned]));
    const options = JSON.stringify({ host: "2001:db8::dead", port: 9, localAddress: owned });
    const script = `net.connect(${options}).on("error", () => undefined)`;
    const peer = runInPeer(process.execPath, ["--eval", script]);
    await eventually(() => claims.length > 0);
    assert.deepEqual(new Set(claims), new Set([owned]));
    peer.process.kill();
    socket.close();
  });

  test("an unsolicited Advertisement moves the neighbour entry of a host", () => {
    const virtual = address("2001:db8::100");
    ip(`-n peer neighbour replace ${virtual} lladdr 02:00:00:00:00:98 dev gp1 nud reachable`);
    const { socket } = open("gp0", ipv6EtherType, drop);
    const own = linkOf("gp0").mac as MacAddress;
    assert.equal(socket.send(encodeNeighborAdvertisement({ address: virtual, mac: own })), 0);
    socket.close();
    const neighbour = ip(`-n peer neighbour show ${virtual}`);
    assert.match(neighbour, new RegExp(`lladdr ${own} .*router`));
  });
}

if (inPrivateNetwork) describe("claims to addresses, as the kernel filters them", describeFilter);
else testInPrivateNetwork(import.meta.filename);
