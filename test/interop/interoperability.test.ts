import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readRegion, writeRegion } from "../support/marked-region.ts";
import { canPlay } from "./installed.ts";
import { playRefusal, playRow } from "./play.ts";
import { describeRow, rows } from "./rows.ts";
import { Results } from "./table.ts";

const region = "interoperability";
const results = new Results(readRegion(region));

// The plays wait most of the time: so many beside each other make nobody late on two cores.
describe("interoperability", { concurrency: 6 }, () => {
  for (const row of rows.filter(canPlay)) {
    test(`${describeRow(row)}: Gatepair is Active first`, async (t) => {
      const cast = { gw1: "gatepair", gw2: "peer" } as const;
      await playRow(t, row, cast, (step) => results.add(row, "gatepair", step));
    });

    test(`${describeRow(row)}: the peer is Active first`, async (t) => {
      const cast = { gw1: "peer", gw2: "gatepair" } as const;
      await playRow(t, row, cast, (step) => results.add(row, "peer", step));
    });
  }

  for (const row of rows.filter((each) => !canPlay(each))) {
    test(`${describeRow(row)}: an older peer hears nothing of Gatepair`, async (t) => {
      results.keep(row);
      await playRefusal(t, row);
    });
  }
});

test("README shows the table of this run", () => {
  if (process.env["INTEROP_TABLE"] === "write") writeRegion(region, results.toMarkdown());
  assert.equal(readRegion(region), results.toMarkdown(), "stale: run `make interop`");
});
