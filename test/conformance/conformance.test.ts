import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeReplayed } from "#recording/describe.ts";
import type { RecordedLine } from "#recording/lines.ts";
import { readRegion, writeRegion } from "../support/marked-region.ts";
import { replayAll } from "../support/recordings.ts";
import {
  type CaseName,
  caseNames,
  listCases,
  listFolders,
  listForReadme,
  readCase,
  readRequirements,
} from "./cases.ts";

const requirements = readRequirements();

function replayText(lines: readonly RecordedLine[]): string {
  return replayAll(lines)
    .flatMap((replayed) => describeReplayed(replayed, (at) => `${at} ms`))
    .join("\n");
}

function verdictsOf(lines: readonly RecordedLine[]): string[] {
  return lines.flatMap((line) => (line.type === "packet" ? Object.keys(line.verdict) : []));
}

/** The same line with an expectation that is not what comes of it; undefined where it has none. */
function spoil(line: RecordedLine): RecordedLine | undefined {
  if (line.type === "step") return { ...line, actions: [...line.actions, { type: "two-active" }] };
  if (line.type === "sent") return { ...line, packet: line.packet.with(0, 0) };
  if (line.type === "announced") return { ...line, frame: line.frame.with(0, 1) };
  if (line.type !== "packet") return undefined;
  return { ...line, verdict: { refused: "something else" } };
}

describe("the requirements", () => {
  test("have each a folder with an accepting and a refusing case, and no folder is without", () => {
    assert.deepEqual(listFolders().toSorted(), requirements.map(({ id }) => id).toSorted());
    for (const { id } of requirements) {
      assert.deepEqual(listCases(id), ["accepting.jsonl", "refusing.jsonl"], id);
    }
  });

  test("are in README", () => {
    const region = "requirements";
    if (process.env["CONFORMANCE_LIST"] === "write") writeRegion(region, listForReadme());
    assert.equal(
      readRegion(region),
      listForReadme(),
      "stale: run CONFORMANCE_LIST=write node --test test/conformance/conformance.test.ts",
    );
  });
});

for (const { id, kind } of requirements) {
  describe(id, () => {
    for (const name of caseNames) {
      const lines = readCase(id, name);
      const [head, ...rest] = lines;
      assert.ok(head?.type === "recording" && head.requirement === id, `${id}/${name} begins so`);
      const proves = head.proves ?? "";

      test(`${name}: ${proves}`, () => {
        assert.match(proves, /^.{10,}\.$/);
        assert.equal(replayText(lines), "");
        if (kind === "receive") assertVerdicts(lines, name);
        if (kind === "transmit") assertSent(lines, name);
      });

      test(`${name}: each of its expectations is compared`, () => {
        const expecting = rest.filter((line) => spoil(line) !== undefined);
        assert.ok(expecting.length > 0);
        for (const line of expecting) {
          const spoiled = lines.map((each) => (each === line ? (spoil(each) ?? each) : each));
          assert.notEqual(replayText(spoiled), "", JSON.stringify(line));
        }
      });
    }
  });
}

function assertSent(lines: readonly RecordedLine[], name: CaseName): void {
  if (name === "refusing") assertVerdicts(lines, name);
  else assert.ok(lines.some(({ type }) => type === "sent"));
}

function assertVerdicts(lines: readonly RecordedLine[], name: CaseName): void {
  const verdicts = new Set(verdictsOf(lines));
  assert.deepEqual([...verdicts], [name === "accepting" ? "accepted" : "refused"]);
}
