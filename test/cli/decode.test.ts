import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { hexToBytes } from "#base/hex.ts";
import { createDecode } from "#cli/decode.ts";
import { toRouterSettings } from "#daemon/router-settings.ts";
import { encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import { ethernetFrame, pcapFile } from "../capture/capture-files.ts";
import { runCommand } from "../support/run-command.ts";
import { advertisement, ip, peerAddress } from "../support/vrrp-fixtures.ts";

const decode = createDecode((config) => toRouterSettings(config).flatMap(({ legs }) => legs));
const directory = mkdtempSync(join(tmpdir(), "gatepair-decode-"));
after(() => rmSync(directory, { recursive: true }));

const endpoints = { source: peerAddress, destination: ip("224.0.0.18") };
const authentication = { type: "simple", key: "hunter22" } as const;
const payload = encodeAdvertisement(advertisement({ version: 2, authentication }), endpoints);

function frame(ttl: number): { bytes: Uint8Array; at: number } {
  const packet = encodeIpv4Packet({ ...endpoints, protocol: 112, ttl, payload });
  return { bytes: ethernetFrame(packet), at: 1_700_000_000_000 };
}

function writeCapture(content: Uint8Array): string {
  const file = join(directory, "some.pcap");
  writeFileSync(file, content);
  return file;
}

describe("gatepair decode", () => {
  test("says of each frame whether it is accepted, and sums up", async () => {
    const { code, stdout } = await runCommand(
      decode,
      writeCapture(pcapFile([frame(255), frame(9)])),
    );
    assert.equal(code, 0);
    assert.equal(
      stdout,
      [
        "     1  2023-11-14T22:13:20.000000Z  172.16.178.136   accepted: version 2, VRID 51, priority 100, interval 1 s, 172.16.178.137, authentication simple",
        "     2  2023-11-14T22:13:20.000000Z  172.16.178.136   refused: time-to-live",
        "2 frames, 2 of VRRP: 1 accepted, 1 refused (1 time-to-live)",
        "",
      ].join("\n"),
    );
  });

  test("shows no key, and packets that can be judged like the original", async () => {
    const { stdout } = await runCommand(decode, "--json", writeCapture(pcapFile([frame(255)])));
    const hexOfKey = Buffer.from("hunter22").toString("hex");
    assert.ok(!stdout.includes("hunter") && !stdout.includes(hexOfKey), stdout);
    const line = JSON.parse(stdout) as { packet: string; verdict: unknown };
    assert.deepEqual(line.verdict, { accepted: true });
    const opened = openPacket(hexToBytes(line.packet) ?? new Uint8Array(0));
    assert.ok(opened.ok);
    assert.deepEqual(opened.value.advertisement.authentication, {
      type: "simple",
      key: "********",
    });
  });

  test("of a damaged file shows what it has, and fails", async () => {
    const whole = pcapFile([frame(255), frame(255)]);
    const { code, stdout, stderr } = await runCommand(decode, writeCapture(whole.subarray(0, -3)));
    assert.equal(code, 1);
    assert.match(stdout, /1 frames, 1 of VRRP: 1 accepted/);
    assert.match(stderr, /some\.pcap: the file ends within frame 2/);
  });

  test("with a configuration says what this host makes of it", async () => {
    const decodeFor = async (router: string) => {
      const file = join(directory, "gw1.yaml");
      const shared = "name: web, vrid: 51, interface: eth0, vrrp_version: 2";
      writeFileSync(file, `version: 1\nvirtual_routers:\n  - {${shared}, ${router}}\n`);
      const capture = writeCapture(pcapFile([frame(255)]));
      const result = await runCommand(decode, "--config", file, capture);
      return `${result.code} ${result.stdout.split("\n")[0]?.slice(54)}`;
    };
    const key = (text: string) =>
      `addresses: [172.16.178.137], authentication: {type: simple, key: ${text}}`;
    assert.match(await decodeFor(key("hunter22")), /^0 accepted: version 2, .* simple$/);
    assert.match(
      await decodeFor(key("hunter23")),
      /^0 refused: authentication-mismatch; version 2/,
    );
    const other = key("hunter22").replace("178.137", "178.99");
    assert.match(await decodeFor(other), /^0 accepted: .*, none of our addresses$/);
    assert.match(await decodeFor("addresses: [1.2]"), /^3 $/);
  });

  test("of no file, or of two, fails in the way that it should", async () => {
    assert.equal((await runCommand(decode, join(directory, "nothing"))).code, 1);
    assert.equal((await runCommand(decode, "a", "b")).code, 2);
  });
});
