import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { milliseconds, seconds } from "#base/time.ts";
import {
  type CheckAction,
  type CheckEvent,
  type CheckRules,
  type CheckState,
  initialCheckState,
  stepCheck,
} from "#tracking/check.ts";

const rules: CheckRules = {
  interval: seconds(2),
  rise: 2,
  fall: 3,
  phase: { first: milliseconds(250), shift: milliseconds(300) },
};

/** Drives the machine by hand. */
class Driver {
  state: CheckState = initialCheckState;
  actions: readonly CheckAction[] = [];

  send(event: CheckEvent): this {
    const step = stepCheck(rules, this.state, event);
    this.state = step.state;
    this.actions = step.actions;
    return this;
  }

  turn(): this {
    return this.send({ type: "timer-fired", timer: "turn", generation: this.state.turns });
  }

  end(ok: boolean, detail = ok ? "fine" : "broken"): this {
    return this.send({ type: "ended", run: this.state.lastRun, ok, detail });
  }

  /** Turns with one result each. */
  results(...results: readonly boolean[]): this {
    for (const ok of results) this.turn().end(ok);
    return this;
  }

  get runs(): number[] {
    return this.actions.flatMap((action) => (action.type === "run" ? [action.run] : []));
  }
}

function begun(): Driver {
  return new Driver().send({ type: "begin" });
}

describe("the turns of a check", () => {
  test("begin at its phase, and come an interval after another, however long a run takes", () => {
    const driver = begun();
    const arm = { type: "arm-timer", timer: "turn" } as const;
    assert.deepEqual(driver.actions, [{ ...arm, duration: 250, generation: 1 }]);
    const run = (number: number) => ({ type: "run", run: number });
    assert.deepEqual(driver.turn().actions, [{ ...arm, duration: 2300, generation: 2 }, run(1)]);
    assert.deepEqual(driver.end(true).actions, []);
    assert.deepEqual(driver.turn().actions, [{ ...arm, duration: 2000, generation: 3 }, run(2)]);
  });

  test("ignore a firing that was on its way when the timer was armed anew", () => {
    const driver = begun().turn().end(true);
    assert.deepEqual(
      driver.send({ type: "timer-fired", timer: "turn", generation: 1 }).actions,
      [],
    );
  });
});

describe("the verdict of a check", () => {
  test("is unknown before the first result, which counts at once", () => {
    assert.equal(begun().turn().state.verdict, "unknown");
    assert.equal(begun().results(true).state.verdict, "passed");
    assert.equal(begun().results(false).state.verdict, "failed");
  });

  test("fails with the last of `fall` bad runs in a row, and says what was wrong in it", () => {
    const driver = begun().results(true, false, false, true, false, false);
    assert.equal(driver.state.verdict, "passed");
    driver.turn().end(false, "status 503");
    assert.equal(driver.state.verdict, "failed");
    assert.equal(driver.state.lastFailure, "status 503");
  });

  test("passes again with the last of `rise` good runs in a row", () => {
    const driver = begun().results(false, true, false, true);
    assert.equal(driver.state.verdict, "failed");
    assert.equal(driver.results(true).state.verdict, "passed");
  });

  test("is not moved by the end of a run that is not the one under way", () => {
    const driver = begun().results(true).turn();
    const before = driver.state;
    driver.send({ type: "ended", run: 1, ok: false, detail: "late" });
    assert.deepEqual(driver.state, before);
  });
});

describe("a run that does not end", () => {
  test("is never joined by a second one, and fails again at each turn", () => {
    const driver = begun().results(true).turn();
    for (const verdict of ["passed", "passed", "failed"]) {
      assert.deepEqual(driver.turn().runs, []);
      assert.equal(driver.state.verdict, verdict);
    }
    assert.equal(driver.state.lastFailure, "its last run has not ended");
  });

  test("and ends at last is not counted a second time; the next turn runs it again", () => {
    const driver = begun().results(true).turn().turn().end(false);
    assert.equal(driver.state.streak.failures, 1);
    assert.deepEqual(driver.turn().runs, [3]);
  });
});

describe("a run that an operator asks for", () => {
  test("counts for nothing", () => {
    const driver = begun().results(true).send({ type: "asked" });
    assert.deepEqual(driver.runs, [2]);
    assert.equal(driver.end(false).state.streak.failures, 0);
  });

  test("is the run under way, if there is one", () => {
    const driver = begun().turn().send({ type: "asked" });
    assert.deepEqual(driver.actions, []);
    assert.equal(driver.end(true).state.verdict, "passed");
  });

  test("does for the turn that comes meanwhile", () => {
    const driver = begun().results(true).send({ type: "asked" });
    assert.deepEqual(driver.turn().runs, []);
    assert.equal(driver.end(false).state.streak.failures, 1);
    assert.deepEqual(driver.turn().runs, [3]);
  });
});

describe("whatever happens", () => {
  const events = fc.array(fc.constantFrom("turn", "asked", "good", "bad", "stale"), {
    maxLength: 60,
  });

  test("there is never a second run, and each counted result moves the streak by one", () => {
    fc.assert(
      fc.property(events, (words) => {
        const driver = begun();
        let running = 0;
        for (const word of words) {
          const before = driver.state;
          if (word === "turn") driver.turn();
          else if (word === "asked") driver.send({ type: "asked" });
          else if (word === "stale") driver.send({ type: "ended", run: 0, ok: false, detail: "" });
          else driver.end(word === "good");
          if (before.run !== undefined && driver.state.run === undefined) running--;
          running += driver.runs.length;
          assert.ok(running === 0 || running === 1);
          const { successes, failures } = driver.state.streak;
          assert.ok(successes === 0 || failures === 0);
          assert.ok(successes + failures <= before.streak.successes + before.streak.failures + 1);
        }
      }),
    );
  });
});
