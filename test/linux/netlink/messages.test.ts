import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatAttribute, type NetlinkMessage, putU32 } from "netlink/dist/structs.js";
import { ipAddressToBytes } from "#base/ip-address.ts";
import { seconds } from "#base/time.ts";
import { readAttributes } from "#linux/netlink/messages/attributes.ts";
import { addressPayload, leasePayload } from "#linux/netlink/messages/lease-request.ts";
import { parseKernelMessage } from "#linux/netlink/messages/parse-message.ts";
import { ipAddress } from "./fixtures.ts";

type Attribute = readonly [type: number, data: Uint8Array];

function message(
  type: number,
  header: Buffer,
  attributes: readonly Attribute[] = [],
): NetlinkMessage {
  const formatted = attributes.map(([kind, data]) => {
    const bytes = Buffer.concat(formatAttribute({ type: kind, data }));
    return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  });
  return { type, flags: 0, seq: 1, port: 0, data: Buffer.concat([header, ...formatted]) };
}

function linkHeader({ family = 0, index = 2, flags = 0x10001 } = {}): Buffer {
  return Buffer.concat([Buffer.from([family, 0, 0, 0]), putU32(index), putU32(flags), putU32(0)]);
}

const name = [3, Buffer.from("eth0.100\0")] as const;

describe("a message about an interface", () => {
  test("says name, MAC address and state", () => {
    const mac = Buffer.from([2, 0, 0, 0, 0, 1]);
    const attributes = [name, [1, mac], [4, putU32(1400)], [16, Buffer.from([6])]] as const;
    assert.deepEqual(parseKernelMessage(message(16, linkHeader(), attributes)), {
      type: "link",
      present: true,
      link: {
        index: 2,
        name: "eth0.100",
        up: true,
        carrier: true,
        mac: "02:00:00:00:00:01",
        mtu: 1400,
        loopback: false,
        kind: "",
        parentIndex: undefined,
      },
    });
  });

  test("that is dormant or whose lower layer is down says no carrier", () => {
    for (const state of [2, 3, 5]) {
      const attributes = [name, [16, Buffer.from([state])]] as const;
      const parsed = parseKernelMessage(message(16, linkHeader(), attributes));
      assert.equal(parsed?.type === "link" && parsed.link.carrier, false);
    }
  });

  test("with a long hardware address, like InfiniBand's, has no MAC address", () => {
    const parsed = parseKernelMessage(message(16, linkHeader(), [name, [1, Buffer.alloc(20)]]));
    assert.equal(parsed?.type === "link" && parsed.link.mac, undefined);
  });

  test("as a port that leaves its bridge (AF_BRIDGE) is not taken for its end", () => {
    assert.equal(parseKernelMessage(message(17, linkHeader({ family: 7 }), [name])), undefined);
  });

  test("that is cut short is refused", () => {
    assert.throws(() => parseKernelMessage(message(16, linkHeader().subarray(0, 6))));
  });
});

describe("a message about an address", () => {
  const header = (family: number) => Buffer.concat([Buffer.from([family, 24, 0x80, 0]), putU32(2)]);

  test("takes the local one of a point-to-point link", () => {
    const attributes = [
      [1, Buffer.from([10, 0, 0, 2])],
      [2, Buffer.from([10, 0, 0, 1])],
      [3, Buffer.from("ppp0\0")],
      [6, Buffer.alloc(16, 0xff)],
    ] as const;
    assert.deepEqual(parseKernelMessage(message(20, header(2), attributes)), {
      type: "address",
      present: true,
      address: {
        interfaceIndex: 2,
        address: "10.0.0.1",
        prefixLength: 24,
        scope: 0,
        flags: 0x80,
        label: "ppp0",
        protocol: 0,
        validLifetime: undefined,
      },
    });
  });

  test("of IPv6 has no label, and its flags may say that it is tentative", () => {
    const bytes = Buffer.from(ipAddressToBytes(ipAddress("fe80::1")));
    const parsed = parseKernelMessage(
      message(20, header(10), [
        [1, bytes],
        [8, putU32(0xc0)],
      ]),
    );
    assert.deepEqual(parsed?.type === "address" && parsed.address, {
      interfaceIndex: 2,
      address: "fe80::1",
      prefixLength: 24,
      scope: 0,
      flags: 0xc0,
      label: "",
      protocol: 0,
      validLifetime: undefined,
    });
  });

  test("of another family, or with a length of another, is ignored", () => {
    assert.equal(parseKernelMessage(message(20, header(12), [[1, Buffer.alloc(16)]])), undefined);
    assert.equal(parseKernelMessage(message(20, header(10), [[1, Buffer.alloc(4)]])), undefined);
    assert.equal(parseKernelMessage(message(20, header(2), [[1, Buffer.alloc(16)]])), undefined);
  });
});

describe("a message about a route", () => {
  const header = ({ family = 2, table = 254, type = 1, protocol = 112 } = {}) =>
    Buffer.concat([Buffer.from([family, 24, 0, 0, table, protocol, 0, type]), putU32(0)]);
  const attributes = [
    [1, Buffer.from([198, 51, 100, 0])],
    [4, putU32(2)],
    [5, Buffer.from([192, 0, 2, 254])],
    [6, putU32(100)],
    [15, putU32(1000)],
  ] as const;

  test("says where it leads", () => {
    const parsed = parseKernelMessage(message(24, header(), attributes));
    assert.deepEqual(parsed?.type === "route" && parsed.route, {
      destination: { address: "198.51.100.0", prefixLength: 24 },
      gateway: "192.0.2.254",
      interfaceIndex: 2,
      table: 1000,
      protocol: 112,
      metric: 100,
      typeOfService: 0,
    });
  });

  test("of somebody else counts only if it takes the place of another", () => {
    const other = message(24, header({ protocol: 3 }), attributes);
    assert.equal(parseKernelMessage(other), undefined);
    const parsed = parseKernelMessage({ ...other, flags: 0x100 });
    assert.equal(parsed?.type === "route" && parsed.replaces, true);
  });

  test("of IPv6 says where it leads, and without a destination everywhere", () => {
    const bytes = (text: string) => ipAddressToBytes(ipAddress(text));
    const header6 = (length: number) =>
      Buffer.concat([Buffer.from([10, length, 0, 0, 254, 112, 0, 1]), putU32(0)]);
    const way = [
      [4, putU32(2)],
      [5, bytes("fe80::1")],
      [6, putU32(1024)],
    ] as const;
    const destinationOf = (length: number, ...more: readonly (readonly [number, Uint8Array])[]) => {
      const parsed = parseKernelMessage(message(24, header6(length), [...way, ...more]));
      const route = parsed?.type === "route" ? parsed.route : undefined;
      assert.deepEqual([route?.gateway, route?.metric, route?.protocol], ["fe80::1", 1024, 112]);
      return route?.destination;
    };
    const network = { address: "2001:db8:5::", prefixLength: 48 };
    assert.deepEqual(destinationOf(48, [1, bytes("2001:db8:5::")]), network);
    assert.deepEqual(destinationOf(0), { address: "::", prefixLength: 0 });
  });

  test("is ignored for bridges, the table local and what is no unicast route", () => {
    const ignored = [header({ family: 7 }), header({ table: 255 }), header({ type: 7 })];
    for (const each of ignored) assert.equal(parseKernelMessage(message(24, each)), undefined);
  });
});

describe("the request for a lease", () => {
  const lease = { interfaceIndex: 2, address: ipAddress("192.0.2.100"), lifetime: seconds(3) };
  const read = (data: Buffer) => {
    const parsed = parseKernelMessage({ type: 20, flags: 0, seq: 1, port: 0, data });
    return parsed?.type === "address" ? parsed.address : undefined;
  };

  test("reads back as a marked /32 that ends and brings no route", () => {
    assert.deepEqual(read(leasePayload(lease)), {
      interfaceIndex: 2,
      address: "192.0.2.100",
      prefixLength: 32,
      scope: 0,
      flags: 0x200,
      label: "",
      protocol: 112,
      validLifetime: 3,
    });
  });

  test("takes a prefix length and a label", () => {
    const read24 = read(leasePayload({ ...lease, prefixLength: 24, label: "eth0:1" }));
    assert.equal(read24?.prefixLength, 24);
    assert.equal(read24?.label, "eth0:1");
  });

  test("rounds the lifetime up to seconds, and never says forever", () => {
    assert.equal(read(leasePayload({ ...lease, lifetime: seconds(0.2) }))?.validLifetime, 1);
    assert.equal(read(leasePayload({ ...lease, lifetime: seconds(2.1) }))?.validLifetime, 3);
    assert.ok(read(leasePayload({ ...lease, lifetime: seconds(2 ** 40) }))?.validLifetime);
  });

  test("of IPv6 reads back as a marked /128 without duplicate address detection", () => {
    const ipv6 = { ...lease, address: ipAddress("2001:db8::100") };
    const address = read(leasePayload(ipv6));
    assert.equal(address?.address, "2001:db8::100");
    assert.equal(address.prefixLength, 128);
    assert.equal(address.flags, 0x202);
    assert.equal(address.protocol, 112);
    assert.equal(address.validLifetime, 3);
  });

  test("of IPv6 is preferred only with a prefix of its own", () => {
    const preferred = (prefixLength: number) => {
      const ipv6 = { ...lease, address: ipAddress("2001:db8::100"), prefixLength };
      const attributes = readAttributes(leasePayload(ipv6), 8);
      return attributes.get(6)?.readUInt32LE(0);
    };
    assert.deepEqual([preferred(128), preferred(64)], [0, 3]);
  });

  test("brings a route where that is asked for, and link-local is never preferred", () => {
    const address = ipAddress("fe80::33");
    const payload = leasePayload({ ...lease, address, prefixLength: 64, prefixRoute: true });
    assert.equal(read(payload)?.flags, 0x2);
    assert.equal(readAttributes(payload, 8).get(6)?.readUInt32LE(0), 0);
  });

  test("to remove it names nothing but the address", () => {
    assert.equal(addressPayload(lease).length, 8 + 8 + 8);
  });
});
