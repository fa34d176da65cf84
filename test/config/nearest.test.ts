import assert from "node:assert/strict";
import { test } from "node:test";

import { editDistance, findNearest } from "#config/nearest.ts";

test("counts insertions, deletions, replacements and swaps of neighbours", () => {
  assert.equal(editDistance("vrid", "vrid"), 0);
  assert.equal(editDistance("vird", "vrid"), 1);
  assert.equal(editDistance("prioity", "priority"), 1);
  assert.equal(editDistance("kitten", "sitting"), 3);
  assert.equal(editDistance("", "abc"), 3);
});

test("names what is near, or begins the same way, and nothing else", () => {
  const known = ["vrid", "priority", "interface", "advertisement_interval"];
  assert.equal(findNearest("vird", known), "vrid");
  assert.equal(findNearest("interfaces", known), "interface");
  assert.equal(findNearest("prio", known), "priority");
  assert.equal(findNearest("advert", known), "advertisement_interval");
  assert.equal(findNearest("state", known), undefined);
  assert.equal(findNearest("x".repeat(100_000), known), undefined);
});
