import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { describe, mock, type TestContext, test } from "node:test";
import { FilterKeeper } from "../../src/daemon/filter-keeper.ts";

const settled = 500;
const retried = 10_000;

/** A keeper of a table that a test removes, and what the keeper did with it. */
function keeperFor(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const change: { tell?: (() => void) | undefined } = {};
  const host = {
    isIntact: true as boolean | undefined,
    failure: undefined as string | undefined,
    unwatched: undefined as string | undefined,
    done: [] as string[],
    reported: [] as string[],
    /** Somebody changes something in nftables; nobody hears it who does not listen. */
    change() {
      change.tell?.();
      change.tell = undefined;
    },
    async pass(duration: number) {
      await setImmediate();
      t.mock.timers.tick(duration);
      await setImmediate();
    },
  };
  const keeper = new FilterKeeper({
    table: {
      install: async () => {
        host.done.push("install");
        if (host.failure === undefined) host.isIntact = true;
        return host.failure;
      },
      isIntact: async () => {
        host.done.push("look");
        return host.isIntact;
      },
      remove: async () => {
        host.done.push("remove");
        return undefined;
      },
    },
    watch: {
      open: () => host.unwatched,
      nextChange: () => new Promise((resolve) => (change.tell = resolve)),
      close: mock.fn(),
    },
    report: ({ failure, removedByOther }) =>
      host.reported.push(`${failure ?? "in force"}${removedByOther ? ", was removed" : ""}`),
  });
  return { host, keeper };
}

describe("the rules against packets that are not accepted", () => {
  test("are in force when the keeper is open, and gone when it is closed", async (t) => {
    const { host, keeper } = keeperFor(t);
    await keeper.open();
    assert.deepEqual(host.reported, ["in force"]);
    assert.equal(await keeper.close(), undefined);
    await host.pass(retried);
    assert.deepEqual(host.done, ["install", "remove"]);
  });

  test("are installed again half a second after somebody removed them", async (t) => {
    const { host, keeper } = keeperFor(t);
    await keeper.open();
    await host.pass(settled);
    host.isIntact = false;
    host.change();
    await host.pass(settled - 1);
    assert.deepEqual(host.done, ["install", "look"]);
    await host.pass(1);
    assert.deepEqual(host.done, ["install", "look", "look", "install"]);
    assert.deepEqual(host.reported, ["in force", "in force, was removed"]);
  });

  test("are looked at once for a thousand changes, and not at all without one", async (t) => {
    const { host, keeper } = keeperFor(t);
    await keeper.open();
    await host.pass(settled);
    await host.pass(3_600_000);
    for (let count = 0; count < 1000; count++) host.change();
    await host.pass(settled);
    await host.pass(3_600_000);
    assert.deepEqual(host.done, ["install", "look", "look"]);
    assert.deepEqual(host.reported, ["in force"]);
  });

  test("that nobody could look at are looked at again, and nothing is concluded", async (t) => {
    const { host, keeper } = keeperFor(t);
    await keeper.open();
    host.isIntact = undefined;
    await host.pass(settled);
    await host.pass(settled);
    host.isIntact = false;
    await host.pass(settled);
    assert.deepEqual(host.done, ["install", "look", "look", "look", "install"]);
    assert.deepEqual(host.reported, ["in force", "in force, was removed"]);
  });

  test("that cannot be installed are tried again after ten seconds", async (t) => {
    const { host, keeper } = keeperFor(t);
    host.failure = "no nft";
    await keeper.open();
    host.failure = undefined;
    await host.pass(retried - 1);
    assert.deepEqual(host.reported, ["no nft"]);
    await host.pass(1);
    assert.deepEqual(host.reported, ["no nft", "in force"]);
  });

  test("are not installed where nobody would notice that they are gone", async (t) => {
    const { host, keeper } = keeperFor(t);
    host.unwatched = "no netlink";
    await keeper.open();
    assert.deepEqual(host.done, []);
    assert.deepEqual(host.reported, ["no netlink"]);
  });

  test("are not installed again by a look that the end has overtaken", async (t) => {
    const { host, keeper } = keeperFor(t);
    await keeper.open();
    host.isIntact = false;
    t.mock.timers.tick(settled);
    await keeper.close();
    await host.pass(retried);
    assert.deepEqual(host.done, ["install", "look", "remove"]);
  });
});
