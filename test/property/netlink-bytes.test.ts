import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatMessage, parseMessages, putU32 } from "netlink/dist/structs.js";
import { parseIpAddress } from "#base/ip-address.ts";
import { attribute } from "#linux/netlink/messages/attributes.ts";
import { messageType } from "#linux/netlink/messages/constants.ts";
import { leasePayload } from "#linux/netlink/messages/lease-request.ts";
import { parseKernelMessage } from "#linux/netlink/messages/parse-message.ts";
import { routePayload } from "#linux/netlink/messages/route-request.ts";
import type { KernelMessage } from "#linux/netlink/types.ts";
import { seconds } from "#base/time.ts";
import { changedBytes, type Sample } from "../support/changed-bytes.ts";
import { tryMany } from "../support/random-runs.ts";
import { ip } from "../support/vrrp-fixtures.ts";

const lease = { interfaceIndex: 2, lifetime: seconds(3), label: "eth0:1" };
const route = {
  destination: { address: ip("198.51.100.0"), prefixLength: 24 },
  table: 254,
  metric: 1024,
  gateway: ip("192.0.2.1"),
  interfaceIndex: 2,
  source: ip("192.0.2.100"),
  lifetime: seconds(3),
};
const way6 = {
  destination: { address: ip("2001:db8:5::"), prefixLength: 48 },
  gateway: ip("fe80::1"),
  source: undefined,
};
const linkHeader = Buffer.concat([Buffer.alloc(4), putU32(2), putU32(0x10043), putU32(0)]);

const samples: readonly Sample[] = [
  message(messageType.newAddress, leasePayload({ ...lease, address: ip("192.0.2.100") })),
  message(messageType.delAddress, leasePayload({ ...lease, address: ip("2001:db8::100") })),
  message(
    messageType.newLink,
    link([3, Buffer.from("eth0\0")], [1, Buffer.from([2, 0, 0, 0, 0, 1])]),
  ),
  message(messageType.delLink, link([3, Buffer.from("eth0\0")], [4, putU32(1500)])),
  message(messageType.newRoute, routePayload(route)),
  message(messageType.newRoute, routePayload({ ...route, ...way6 })),
];

function link(...attributes: readonly (readonly [number, Buffer])[]): Buffer {
  return Buffer.concat([linkHeader, ...attributes.map(([type, data]) => attribute(type, data))]);
}

function message(type: number, data: Uint8Array): Sample {
  const bytes = Buffer.concat(formatMessage({ type, flags: 0, seq: 1, port: 1, data }));
  return { bytes, repair: (changed) => changed.set(lengthOf(changed)) };
}

/** The length of the whole stands in the first four bytes. */
function lengthOf({ length }: Uint8Array): Uint8Array {
  return putU32(length).subarray(0, Math.min(4, length));
}

/** As the sockets do: a message that cannot be read is an Error, and the rest goes on. */
function read(datagram: Uint8Array): KernelMessage[] {
  return attempt(() => parseMessages(Buffer.from(datagram))).flatMap((each) =>
    attempt(() => parseKernelMessage(each) ?? []),
  );
}

function attempt<Value>(parse: () => Value | readonly Value[]): Value[] {
  try {
    return [parse()].flat() as Value[];
  } catch (error) {
    assert.ok(error instanceof Error);
    return [];
  }
}

function checkMessage(parsed: KernelMessage, size: number): void {
  if (parsed.type === "link") assert.ok(parsed.link.name.length <= size);
  else if (parsed.type === "address") {
    assert.equal(parseIpAddress(parsed.address.address), parsed.address.address);
    assert.ok(parsed.address.label.length <= size);
  } else {
    const { address } = parsed.route.destination;
    assert.equal(parseIpAddress(address), address);
  }
}

describe("messages as from the kernel, damaged", () => {
  test("are read or an Error that the sockets catch, and never larger than what came", (context) => {
    const property = fc.property(changedBytes(samples), (datagram) => {
      for (const parsed of read(datagram)) checkMessage(parsed, datagram.length);
    });
    tryMany(context, 4000, property);
  });

  test("are all read when they are whole", () => {
    for (const { bytes } of samples) assert.equal(read(bytes).length, 1);
  });
});
