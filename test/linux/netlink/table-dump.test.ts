import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InterfaceTable } from "#linux/netlink/interface-table.ts";
import { TableDump } from "#linux/netlink/table-dump.ts";
import type { KernelMessage, NetworkChange } from "#linux/netlink/types.ts";
import {
  addressMessage,
  defaultRoute,
  eth0,
  leasedAddress,
  linkMessage,
  ownAddress,
  routeMessage,
} from "./fixtures.ts";

function adopt(table: InterfaceTable, dump: TableDump): NetworkChange["type"][] {
  return dump
    .missedBy(table)
    .flatMap((message) => table.apply(message))
    .map(({ type }) => type);
}

function dumpOf(...rows: readonly KernelMessage[]): TableDump {
  const dump = new TableDump();
  for (const row of rows) dump.addRow(row);
  return dump;
}

function tableOf(...messages: readonly KernelMessage[]): InterfaceTable {
  const table = new InterfaceTable();
  adopt(table, dumpOf(...messages));
  return table;
}

const all = [linkMessage(eth0), addressMessage(ownAddress), routeMessage(defaultRoute)] as const;

describe("a dump", () => {
  test("fills an empty table", () => {
    assert.deepEqual(adopt(new InterfaceTable(), dumpOf(...all)), [
      "link-added",
      "address-added",
      "route-added",
    ]);
  });

  test("that says the same changes nothing", () => {
    assert.deepEqual(adopt(tableOf(...all), dumpOf(...all)), []);
  });

  test("brings out what was missed", () => {
    const rows = [linkMessage({ ...eth0, carrier: false }), addressMessage(leasedAddress)];
    assert.deepEqual(adopt(tableOf(...all), dumpOf(...rows)), [
      "route-removed",
      "address-removed",
      "link-changed",
      "address-added",
    ]);
  });

  test("tells that an interface has been made anew", () => {
    const table = tableOf(linkMessage(eth0));
    assert.deepEqual(adopt(table, dumpOf(linkMessage({ ...eth0, index: 3 }))), [
      "link-removed",
      "link-added",
    ]);
  });

  test("does not bring back what was removed meanwhile", () => {
    const table = tableOf(...all, addressMessage(leasedAddress));
    const dump = dumpOf(...all, addressMessage(leasedAddress));
    const removal = addressMessage(leasedAddress, false);
    dump.addNotification(removal);
    table.apply(removal);
    assert.deepEqual(adopt(table, dump), []);
    assert.equal(table.addresses.size, 1);
  });

  test("does not take away what was added meanwhile", () => {
    const table = tableOf(...all);
    const dump = dumpOf(...all);
    dump.addNotification(addressMessage(leasedAddress));
    table.apply(addressMessage(leasedAddress));
    assert.deepEqual(adopt(table, dump), []);
    assert.equal(table.addresses.size, 2);
  });
});
