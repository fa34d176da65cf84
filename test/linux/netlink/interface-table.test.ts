import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InterfaceTable } from "#linux/netlink/interface-table.ts";
import type { KernelMessage } from "#linux/netlink/types.ts";
import {
  addressMessage,
  defaultRoute,
  eth0,
  leasedAddress,
  linkMessage,
  ownAddress,
  routeMessage,
} from "./fixtures.ts";

function tableOf(...messages: readonly KernelMessage[]): InterfaceTable {
  const table = new InterfaceTable();
  for (const message of messages) table.apply(message);
  return table;
}

const all = [linkMessage(eth0), addressMessage(ownAddress), routeMessage(defaultRoute)] as const;

describe("a table of interfaces", () => {
  test("reports what is new", () => {
    const table = new InterfaceTable();
    assert.deepEqual(
      all.flatMap((message) => table.apply(message)),
      [
        { type: "link-added", link: eth0 },
        { type: "address-added", address: ownAddress },
        { type: "route-added", route: defaultRoute },
      ],
    );
  });

  test("reports nothing that it has heard before", () => {
    const table = tableOf(...all);
    assert.deepEqual(
      all.flatMap((message) => table.apply(message)),
      [],
    );
  });

  test("reports a lost carrier with what was before", () => {
    const link = { ...eth0, carrier: false };
    assert.deepEqual(tableOf(...all).apply(linkMessage(link)), [
      { type: "link-changed", link, previous: eth0 },
    ]);
  });

  test("reports no renewal of a lease, but keeps the new lifetime", () => {
    const table = tableOf(...all, addressMessage(leasedAddress));
    const renewed = { ...leasedAddress, validLifetime: 2 };
    assert.deepEqual(table.apply(addressMessage(renewed)), []);
    assert.deepEqual([...table.addresses.values()], [ownAddress, renewed]);
  });

  test("finds an address by its interface, whatever its prefix", () => {
    const wider = { ...leasedAddress, prefixLength: 8 };
    const elsewhere = { ...leasedAddress, interfaceIndex: 9 };
    const rows = [leasedAddress, wider, elsewhere, ownAddress];
    const table = tableOf(...rows.map((row) => addressMessage(row)));
    assert.deepEqual(table.addressesLike(leasedAddress), [leasedAddress, wider]);
    table.apply(addressMessage(leasedAddress, false));
    assert.deepEqual(table.addressesLike(leasedAddress), [wider]);
    table.apply(addressMessage(wider, false));
    assert.deepEqual(table.addressesLike(leasedAddress), []);
    assert.deepEqual(table.addressesLike(elsewhere), [elsewhere]);
  });

  test("reports that a permanent address has become one that ends", () => {
    const address = { ...ownAddress, validLifetime: 3 };
    assert.deepEqual(tableOf(...all).apply(addressMessage(address)), [
      { type: "address-changed", address, previous: ownAddress },
    ]);
  });

  test("reports that somebody else has taken over an address of ours", () => {
    const address = { ...leasedAddress, protocol: 0 };
    const changes = tableOf(addressMessage(leasedAddress)).apply(addressMessage(address));
    assert.deepEqual(
      changes.map(({ type }) => type),
      ["address-changed"],
    );
  });

  test("tells one address with two prefixes apart", () => {
    const second = { ...ownAddress, prefixLength: 32 };
    const table = tableOf(addressMessage(ownAddress), addressMessage(second));
    table.apply(addressMessage(second, false));
    assert.deepEqual([...table.addresses.values()], [ownAddress]);
  });

  test("reports the removal of what it knows, and only of that", () => {
    const table = tableOf(...all);
    const removal = addressMessage(ownAddress, false);
    assert.deepEqual(table.apply(removal), [{ type: "address-removed", address: ownAddress }]);
    assert.deepEqual(table.apply(removal), []);
    assert.deepEqual(table.apply(linkMessage({ ...eth0, index: 9 }, false)), []);
  });

  test("loses with an interface what was on it", () => {
    const table = tableOf(...all);
    const changes = table.apply(linkMessage(eth0, false));
    assert.deepEqual(
      changes.map(({ type }) => type),
      ["route-removed", "address-removed", "link-removed"],
    );
    assert.deepEqual(table.rows(), []);
  });

  test("keeps two routes to one destination", () => {
    const table = tableOf(routeMessage(defaultRoute));
    const backup = { ...defaultRoute, metric: 100 };
    assert.equal(table.apply(routeMessage(backup)).length, 1);
    assert.equal(table.ownRoutes.size, 2);
  });

  test("takes no notice of a route of somebody else", () => {
    const table = tableOf(linkMessage(eth0));
    assert.deepEqual(table.apply(routeMessage({ ...defaultRoute, protocol: 3 })), []);
    assert.equal(table.rows().length, 1);
  });
});
