import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import fc from "fast-check";

import { openFat } from "#firstboot/seed/fat/fat-volume.ts";
import { openIso } from "#firstboot/seed/iso/iso-volume.ts";
import { parseNoCloudText, splitCommandLine } from "#firstboot/seed/nocloud-text.ts";
import type { ReadAt, Volume } from "#firstboot/seed/volume.ts";

import { hash, plan } from "./documents.ts";
import { FakeHost } from "./volumes.ts";

const example = join(import.meta.dirname, "../../image/examples/vlan-and-bond/gw1");
const documents = Object.fromEntries(
  ["user-data", "meta-data", "network-config"].map((name) => [
    name,
    readFileSync(join(example, name), "utf8"),
  ]),
);

/** A right text with a part of it replaced. */
function damaged(text: string): fc.Arbitrary<string> {
  const part = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom("{", "[", ": ", "\n", "- ", "&a", "*a", "!!x ", "\t", "null"),
  );
  return fc
    .tuple(fc.nat(text.length), fc.nat(20), part)
    .map(([start, length, other]) => text.slice(0, start) + other + text.slice(start + length));
}

describe("whatever a document holds", () => {
  test("reading it never throws, and it is right or has an error with its place", () => {
    const anything = fc.oneof(fc.string(), fc.json());
    const seeds = fc.record({
      "user-data": fc.oneof(anything, damaged(documents["user-data"] ?? "")),
      "meta-data": fc.oneof(anything, damaged(documents["meta-data"] ?? "")),
      "network-config": fc.oneof(anything, damaged(documents["network-config"] ?? "")),
    });
    fc.assert(
      fc.property(seeds, (texts) => {
        const { plan: planned, issues } = plan(texts);
        assert.ok(
          issues.every(({ line, column, file }) => line >= 1 && column >= 1 && file in texts),
        );
        assert.equal(
          planned === undefined,
          issues.some(({ severity }) => severity === "error"),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("passwords are in no message", () => {
    const secret = "Zq7Kx9Vw2";
    const secretKeys = new Set([
      "password",
      "passwd",
      "hashed_passwd",
      "plain_text_passwd",
      "list",
      "content",
    ]);
    const shapes = [
      `password: ${secret}`,
      `users: [{name: ops, passwd: ${secret}, hashed_passwd: [${secret}], plain_text_passwd: {a: ${secret}}}]`,
      `chpasswd: {list: "ops:${secret}", users: [{name: ops, password: ${secret}, type: text}]}`,
      `chpasswd: {list: [ops:${secret}]}`,
      `write_files: [{path: /etc/ssl/key, content: [${secret}], encoding: b64}]`,
      `gatepair: {version: 1, notifications: {smtp: {password: [${secret}]}}}`,
    ];
    fc.assert(
      fc.property(fc.constantFrom(...shapes).chain(damaged), (text) => {
        const { issues } = plan({ "user-data": text });
        // Wherever the damage left a copy of it, it is the value of a key for secrets.
        const keys = Array.from(
          text.matchAll(/(\w+): *[[{"']*(?:a: |ops:)?Zq7Kx9Vw2/g),
          ([, key = ""]) => key,
        );
        fc.pre(keys.length > 0 && keys.length === text.split(secret).length - 1);
        fc.pre(keys.every((key) => secretKeys.has(key)));
        for (const { message } of issues) assert.ok(!message.includes(secret), message);
      }),
      { numRuns: 300 },
    );
    assert.deepEqual(plan({ "user-data": `password: "${hash}"` }).issues, []);
  });

  test("a serial or a command line never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseNoCloudText(`ds=nocloud;${text}`);
        splitCommandLine(text).map(parseNoCloudText);
      }),
    );
  });
});

describe("a damaged volume", () => {
  for (const type of ["vfat", "iso9660"] as const) {
    test(`of type ${type} never throws, and ends`, async () => {
      const host = await FakeHost.make();
      const files = { "user-data": "hostname: x\n".repeat(300), "meta-data": "x" };
      if (type === "vfat") await host.plugFat("sda", files);
      else await host.plugIso("sda", files, ["-R", "-J", "-V", "cidata"]);
      const image = readFileSync(host.path("dev/sda"));
      await host.remove();
      const flips = fc.array(fc.tuple(fc.nat(type === "vfat" ? 8192 : 120_000), fc.nat(255)), {
        minLength: 1,
        maxLength: 40,
      });
      await fc.assert(
        fc.asyncProperty(flips, async (changes) => {
          const bytes = Uint8Array.from(image);
          for (const [offset, value] of changes) bytes[offset] = value;
          await readAll(bytes);
        }),
        { numRuns: 150 },
      );
    });
  }
});

async function readAll(bytes: Uint8Array): Promise<void> {
  const read: ReadAt = async (offset, length) => bytes.slice(offset, offset + length);
  const volumes: (Volume | undefined)[] = [await openFat(read), await openIso(read)];
  for (const volume of volumes) {
    for (const file of (await volume?.listFiles()) ?? []) await file.read();
  }
}
