import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tryMany } from "../support/random-runs.ts";
import { Driven, ip } from "../support/vrrp-fixtures.ts";

type Move = (router: Driven) => void;

const timers = ["active-down", "advertisement", "announcement"] as const;

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.constant<Move>((router) => void router.startup()),
  fc.constant<Move>((router) => void router.post({ type: "fault", text: "fault" })),
  fc.constant<Move>((router) => void router.post({ type: "shutdown", text: "stop" })),
  fc.constant<Move>((router) => void router.post({ type: "yield", text: "asked" })),
  fc.constant<Move>((router) => void router.post({ type: "cancel-yield" })),
  fc.constant<Move>((router) => void router.post({ type: "look" })),
  fc.integer({ min: 1, max: 254 }).map<Move>((priority) => {
    return (router) => void router.post({ type: "priority", priority });
  }),
  fc
    .record({ priority: fc.integer({ min: 0, max: 255 }), high: fc.boolean() })
    .map<Move>(({ priority, high }) => {
      return (router) => void router.hear({ priority }, ip(high ? "200.0.0.1" : "10.0.0.1"));
    }),
  fc
    .record({ timer: fc.constantFrom(...timers), late: fc.constantFrom(0, 1, 50, 1500, 9000) })
    .map<Move>(({ timer, late }) => (router) => {
      if (router.state.timers[timer] !== undefined) router.fire(timer, late);
    }),
  fc.integer({ min: 0, max: 5000 }).map<Move>((span) => (router) => void (router.now += span)),
);

/** What must hold after every event, whatever came before. */
function checkInvariants(router: Driven, held: boolean): boolean {
  const { role, timers: armed } = router.state;
  let addresses = held;
  for (const action of router.actions) {
    if (action.type === "add-addresses") {
      assert.equal(addresses, false, "addresses are added once");
      addresses = true;
    }
    if (action.type === "remove-addresses") {
      assert.equal(addresses, true, "only what is there is removed");
      addresses = false;
    }
    if (action.type === "send-advertisement") {
      assert.equal(addresses, action.priority > 0, "Advertisements if and only if addresses");
    }
    if (action.type === "announce") assert.equal(addresses, true, "nothing is announced but ours");
    if (action.type === "arm-timer") assert.ok(action.duration > 0, "no timer without a duration");
  }
  assert.equal(addresses, role === "active", "addresses if and only if Active");
  assert.equal(armed["active-down"] !== undefined, role === "backup");
  assert.equal(armed.advertisement !== undefined, role === "active");
  if (role !== "active") assert.equal(armed.announcement, undefined);
  return addresses;
}

for (const version of [2, 3] as const) {
  test(`version ${version}: after any events, adverts, addresses and timers agree`, (context) => {
    tryMany(
      context,
      1000,
      fc.property(
        fc.array(move, { maxLength: 60, size: "max" }),
        fc.boolean(),
        (moves, preemptMode) => {
          const router = new Driven({ version, preemptMode });
          let held = false;
          for (const make of moves) {
            router.actions = [];
            make(router);
            held = checkInvariants(router, held);
          }
        },
      ),
    );
  });
}
