import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { addAccounts } from "#firstboot/plan/account-files.ts";
import { mergeBundle } from "#firstboot/plan/certificate-bundle.ts";
import {
  containsAddress,
  ipFamily,
  parseIpPrefix,
  parseLength,
} from "#firstboot/network/ip-text.ts";
import type { IpPrefix } from "#firstboot/network/ip-text.ts";
import { parseNoCloudText, splitCommandLine } from "#firstboot/seed/nocloud-text.ts";
import { diffLines, formatDiff } from "#firstboot/text/line-diff.ts";
import { maskSecrets } from "#firstboot/text/mask-secrets.ts";

import { certificate } from "./documents.ts";

describe("accounts", () => {
  test("get numbers that are free, and keep theirs", () => {
    const files = { passwd: "root:x:0:0\na:x:1000:1000", group: "g:x:1001:", shadow: "" };
    const once = addAccounts(files, [
      { name: "b", sshKeys: [] },
      { name: "c", sshKeys: [] },
    ]);
    assert.match(once.passwd, /^b:x:1002:1002:.*\nc:x:1003:1003:/m);
    assert.equal(once.shadow, "b:!:::::::\nc:!:::::::\n");
    const twice = addAccounts(once, [{ name: "b", sshKeys: [], passwordHash: "$6$x" }]);
    assert.deepEqual([twice.passwd, twice.group], [once.passwd, once.group]);
    assert.equal(twice.shadow, "c:!:::::::\nb:$6$x:::::::\n");
  });
});

describe("certificates", () => {
  test("are added behind those of the image, once, and may replace them", () => {
    const once = mergeBundle("image\n", [certificate], false);
    assert.ok(once.startsWith("image\n#") && once.endsWith(`${certificate}\n`));
    assert.equal(mergeBundle(once, [certificate], false), once);
    assert.doesNotMatch(mergeBundle(once, [certificate], true), /image/);
  });
});

describe("addresses", () => {
  test("are of one of two families, or none", () => {
    assert.deepEqual(
      [
        "192.0.2.1",
        "2001:db8::1",
        "::",
        "fe80::1%eth0",
        "1.2.3",
        "1::2::3",
        "::ffff:192.0.2.1",
        "x",
      ].map(ipFamily),
      [4, 6, 6, undefined, undefined, undefined, 6, undefined],
    );
  });

  test("have a prefix as a length or a netmask", () => {
    assert.deepEqual(
      ["24", "255.255.255.0", "255.0.255.0", "33", "0.0.0.0", ""].map((text) =>
        parseLength(text, 4),
      ),
      [24, 24, undefined, undefined, 0, undefined],
    );
    assert.equal(parseLength("129", 6), undefined);
    assert.equal(parseIpPrefix("2001:db8::1/64")?.prefixLength, 64);
    assert.equal(parseIpPrefix("192.0.2.1/24/3"), undefined);
  });

  test("are within a network or not", () => {
    const within = (prefix: string, address: string): boolean =>
      containsAddress(parseIpPrefix(prefix) as IpPrefix, address);
    assert.ok(within("192.0.2.2/24", "192.0.2.200"));
    assert.ok(!within("192.0.2.2/25", "192.0.2.200"));
    assert.ok(within("2001:db8:0:1::2/64", "2001:db8:0:1:ffff::1"));
    assert.ok(!within("2001:db8:0:1::2/64", "2001:db8:0:2::1"));
    assert.ok(!within("2001:db8::/32", "192.0.2.1"));
  });
});

describe("ds=nocloud", () => {
  test("names host, instance and directory", () => {
    assert.deepEqual(parseNoCloudText("ds=nocloud;h=gw1;i=x;s=file:///seed/"), {
      hostname: "gw1",
      instanceId: "x",
      directory: "/seed/",
      problems: [],
    });
  });

  test("of another kind is none", () => {
    assert.equal(parseNoCloudText("VMware-56 4d"), undefined);
    assert.equal(parseNoCloudText("ds=nocloudy"), undefined);
  });

  test("says what it does not take", () => {
    assert.deepEqual(parseNoCloudText("ds=nocloud-net;s=/seed;x=1;s=seed")?.problems, [
      's= names a directory: "/seed" must end in /',
      'found "x"; accepted: h=, i= and s=',
      "s= wants a directory, such as s=file:///var/seed/",
    ]);
  });

  test("stands in quotes on a command line, or not", () => {
    assert.deepEqual(splitCommandLine('a "ds=nocloud;h=x y" b="c d"'), [
      "a",
      "ds=nocloud;h=x y",
      "b=c d",
    ]);
  });
});

describe("what a configuration is shown as", () => {
  test("has no passwords", () => {
    assert.equal(
      maskSecrets(
        'a: {type: simple, key: "11,11"}\npassword: x y\nkeys: 1\npassword_file: /x\n- key: 1 # c\n',
      ),
      "a: {type: simple, key: (not shown)}\npassword: (not shown)\nkeys: 1\npassword_file: /x\n- key: (not shown)\n",
    );
  });

  test("differs in lines, with three around them", () => {
    const before = Array.from({ length: 12 }, (_item, index) => `line ${index}\n`).join("");
    const after = before.replace("line 5\n", "line five\nline six\n");
    assert.equal(
      formatDiff(diffLines(before, after)),
      "  line 2\n  line 3\n  line 4\n- line 5\n+ line five\n+ line six\n  line 6\n  line 7\n  line 8\n",
    );
    assert.equal(formatDiff(diffLines(before, before)), "");
    assert.equal(formatDiff(diffLines("", "a\n")), "+ a\n");
  });
});
