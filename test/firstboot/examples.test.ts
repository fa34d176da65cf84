import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { formatIssue } from "#config/issue.ts";
import { parseConfig } from "#config/parse-config.ts";
import { comparePair } from "#config/rules/compare-pair.ts";
import { checkDirectory } from "#firstboot/check-directory.ts";

const examples = join(import.meta.dirname, "../../image/examples");

async function gatepairConfigOf(example: string, host: string) {
  const directory = join(examples, example, host);
  const planning = await checkDirectory(directory);
  assert.ok(planning !== undefined, directory);
  assert.deepEqual(planning.issues.map(formatIssue), []);
  assert.deepEqual([planning.ignored, planning.notes], [[], []]);
  const file = planning.plan?.files.find(({ path }) => path === "/etc/gatepair/config.yaml");
  const parsed = parseConfig(file?.content ?? "", `${host}.yaml`);
  assert.ok(parsed.config !== undefined);
  return parsed;
}

describe("the example", () => {
  for (const example of readdirSync(examples)) {
    test(`${example} is right, and its two boxes fit each other`, async () => {
      const first = await gatepairConfigOf(example, "gw1");
      const second = await gatepairConfigOf(example, "gw2");
      assert.deepEqual(comparePair(first, second).map(formatIssue), []);
    });
  }

  test("names no key or password of anybody", () => {
    for (const file of readdirSync(examples, { recursive: true, encoding: "utf8" })) {
      const path = join(examples, file);
      const isDocument = file.endsWith("user-data");
      if (isDocument) assert.doesNotMatch(readFileSync(path, "utf8"), /^[^#]*(ssh-|passw)/m);
    }
  });
});
