import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { hasErrors } from "#config/issue.ts";
import { parseConfig } from "#config/parse-config.ts";

const fixture = readFileSync(new URL("fixtures/keepalived-like-gw1.yaml", import.meta.url), "utf8");

/** What holds for any text at all. */
function checkAnyText(text: string): void {
  const parsed = parseConfig(text, "f");
  const lineCount = text.split("\n").length;
  for (const { line, column, message } of parsed.issues) {
    assert.ok(line >= 1 && line <= lineCount + 1 && column >= 1, `${line}:${column}`);
    assert.doesNotMatch(message, /\p{Cc}/u);
    assert.doesNotMatch(message, /Invalid input/, "a message of the schema library itself");
  }
  assert.equal(parsed.config === undefined, hasErrors(parsed.issues));
}

const pieces = "- : [ ] { } , & * ! | > ' \" % @ # \\ ? ~ vrid nginx track --- << null 1s 51 &a *a";
const yamlPiece = fc.constantFrom(" ", "\t", "\n", "\n  ", "\u0000", ...pieces.split(" "));

describe("any text gives a configuration or located errors", () => {
  test("noise", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), checkAnyText));
  });

  test("pieces of YAML", () => {
    const text = fc.array(yamlPiece, { maxLength: 60 }).map((all) => all.join(""));
    fc.assert(fc.property(text, checkAnyText), { numRuns: 500 });
  });

  test("a right file with a part of it replaced", () => {
    const place = fc.nat({ max: fixture.length });
    const property = fc.property(place, fc.nat({ max: 30 }), yamlPiece, (start, length, piece) => {
      checkAnyText(fixture.slice(0, start) + piece + fixture.slice(start + length));
    });
    fc.assert(property, { numRuns: 500 });
  });

  test("any values under the right keys", () => {
    const sections = [
      "router_id",
      "virtual_routers",
      "interfaces",
      "nginx",
      "notifications",
      "health",
    ];
    const document = fc.dictionary(fc.constantFrom("version", ...sections), fc.jsonValue());
    fc.assert(fc.property(document, (value) => checkAnyText(JSON.stringify(value))));
  });

  test("a right file with any value in place of one of its own", () => {
    const places = [...fixture.matchAll(/(?<=: )[^\s{[][^\n,}]*/g)];
    const property = fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
      const end = place.index + place[0].length;
      checkAnyText(fixture.slice(0, place.index) + JSON.stringify(value) + fixture.slice(end));
    });
    fc.assert(property, { numRuns: 500 });
  });
});
