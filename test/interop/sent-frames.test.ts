import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pcapFile } from "../capture/capture-files.ts";
import { readFields } from "../support/tshark.ts";
import { sentFrames } from "./sent-frames.ts";

/** From a warning on; a note is less: Wireshark's epan/proto.h, PI_WARN. */
const warning = 0x600000;
const fields = [...new Set(sentFrames.flatMap((sent) => Object.keys(sent.fields)))];
const opinions = ["_ws.expert.severity", "_ws.expert.message", "_ws.malformed"];

describe("what is sent, as tshark reads it", () => {
  const directory = mkdtempSync(join(tmpdir(), "gatepair-sent-"));
  after(() => rmSync(directory, { recursive: true }));

  /** What tshark says of frames, one row each. */
  function decode(name: string, frames: readonly Uint8Array[]) {
    const file = join(directory, name);
    writeFileSync(file, pcapFile(frames.map((bytes) => ({ bytes }))));
    return readFields(file, [...fields, ...opinions], ["ip.check_checksum:TRUE"]);
  }

  function worstOf(row: Record<string, string>): number {
    return Math.max(...(row["_ws.expert.severity"] ?? "").split(",").map(Number));
  }

  const decoded = decode(
    "sent.pcap",
    sentFrames.map(({ frame }) => frame),
  );
  for (const [index, { name, fields }] of sentFrames.entries()) {
    test(`${name} has the fields that it should, and nothing is wrong with it`, async () => {
      const row = (await decoded)[index] ?? {};
      const found = Object.keys(fields).map((field) => [field, row[field]]);
      assert.deepEqual(Object.fromEntries(found), fields);
      assert.ok(worstOf(row) < warning, `tshark: ${row["_ws.expert.message"]}`);
      assert.equal(row["_ws.malformed"], "");
    });
  }

  test("with one bit wrong in its last byte, each Advertisement is called wrong", async () => {
    const broken = sentFrames
      .filter(({ fields }) => "vrrp.version" in fields)
      .map(({ frame }) => frame.with(frame.length - 1, (frame.at(-1) ?? 0) ^ 1));
    const rows = await decode("broken.pcap", broken);
    assert.equal(rows.length, broken.length);
    for (const row of rows) assert.ok(worstOf(row) >= warning);
  });
});
