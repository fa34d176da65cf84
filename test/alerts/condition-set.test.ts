import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import {
  clearCondition,
  emptyConditionSet,
  raiseCondition,
  type Moment,
} from "#alerts/condition-set.ts";
import { conditionCodes, describeCondition, type Condition } from "#alerts/conditions.ts";
import { instant } from "#base/time.ts";

function momentAt(second: number): Moment {
  return { instant: instant(second * 1000), timestamp: `second ${second}` };
}

const eth0Down: Condition = { code: "interface-down", subject: "eth0", detail: "no carrier" };

const anyCondition = fc.record({
  code: fc.constantFrom(...conditionCodes.slice(0, 4)),
  subject: fc.constantFrom("eth0", "eth1", "web"),
  detail: fc.constantFrom("first", "second"),
});

describe("a set of conditions", () => {
  test("raising again keeps the time and changes nothing", () => {
    const first = raiseCondition(emptyConditionSet, eth0Down, momentAt(1));
    const second = raiseCondition(first.set, eth0Down, momentAt(2));
    assert.equal(first.change.type, "raised");
    assert.deepEqual(second, { set: first.set, change: { type: "none" } });
  });

  test("a new detail updates the text and keeps the time", () => {
    const first = raiseCondition(emptyConditionSet, eth0Down, momentAt(1));
    const second = raiseCondition(first.set, { ...eth0Down, detail: "set down" }, momentAt(2));
    assert.equal(second.change.type, "updated");
    assert.deepEqual(second.set, [{ ...eth0Down, detail: "set down", since: momentAt(1) }]);
  });

  test("clearing says how long it lasted, and clearing again changes nothing", () => {
    const raised = raiseCondition(emptyConditionSet, eth0Down, momentAt(1));
    const cleared = clearCondition(raised.set, eth0Down, momentAt(4));
    assert.deepEqual(cleared.change, {
      type: "cleared",
      condition: { ...eth0Down, since: momentAt(1) },
      lasted: 3000,
    });
    assert.deepEqual(clearCondition(cleared.set, eth0Down, momentAt(5)).change, { type: "none" });
  });

  test("whatever the order, it holds what was raised last and each only once", () => {
    const steps = fc.array(fc.record({ condition: anyCondition, raise: fc.boolean() }));
    fc.assert(
      fc.property(steps, (list) => {
        let set = emptyConditionSet;
        const expected = new Map<string, string>();
        list.forEach(({ condition, raise }, index) => {
          const key = `${condition.code} ${condition.subject}`;
          const had = expected.has(key);
          const call = raise ? raiseCondition : clearCondition;
          const { set: next, change } = call(set, condition, momentAt(index));
          if (raise) expected.set(key, condition.detail);
          else expected.delete(key);
          assert.equal(change.type === "raised", raise && !had);
          assert.equal(change.type === "cleared", !raise && had);
          set = next;
        });
        const found = set.map((entry) => [`${entry.code} ${entry.subject}`, entry.detail]);
        assert.deepEqual(new Map(found as [string, string][]), expected);
        assert.equal(set.length, expected.size);
      }),
    );
  });

  test("each code has words that name its detail", () => {
    for (const code of conditionCodes) {
      const text = describeCondition({ code, subject: "SUBJECT", detail: "DETAIL" });
      assert.match(text, /DETAIL$/);
    }
  });
});
