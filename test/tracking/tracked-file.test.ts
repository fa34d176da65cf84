import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type FileFinding,
  initialTrackedFileState,
  stepTrackedFile,
} from "#tracking/tracked-file.ts";

function look(...findings: readonly (string | FileFinding)[]) {
  return findings
    .map((finding) =>
      typeof finding === "string" ? ({ type: "text", text: finding } as const) : finding,
    )
    .reduce(stepTrackedFile, initialTrackedFileState);
}

describe("a tracked file", () => {
  test("is unknown until it was looked at", () => {
    assert.deepEqual(look(), { number: undefined, problem: undefined });
  });

  test("that is absent says 0", () => {
    assert.deepEqual(look("50", { type: "absent" }), { number: 0, problem: undefined });
  });

  test("says its number, whatever white space is around it", () => {
    for (const [text, number] of [
      ["0", 0],
      ["50\n", 50],
      ["  7\r\n", 7],
      ["007", 7],
      ["253", 253],
    ] as const) {
      assert.deepEqual(look(text), { number, problem: undefined }, JSON.stringify(text));
    }
  });

  test("says no more than can be taken from a priority", () => {
    assert.equal(look("254").number, 253);
    assert.equal(look("9".repeat(64)).number, 253);
  });

  test("that holds something else moves nothing: the number before stays, and it is told", () => {
    for (const text of ["", "\n", "-5", "+5", "1.5", "0x10", "50 50", "on", "5\u00a0x", "\0"]) {
      const { number, problem } = look("50", text);
      assert.equal(number, 50, JSON.stringify(text));
      assert.match(problem ?? "", /^it holds no whole number from 0 up; 50 stays in force$/);
      assert.equal(look(text).number, 0);
    }
  });

  test("that cannot be used moves nothing, and says why", () => {
    const unusable = { type: "unusable", detail: "EACCES" } as const;
    assert.deepEqual(look("50", unusable), {
      number: 50,
      problem: "EACCES; 50 stays in force",
    });
    assert.equal(look(unusable).number, 0);
    assert.equal(look("50", unusable, "20").problem, undefined);
  });
});
