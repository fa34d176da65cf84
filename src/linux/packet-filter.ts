import { access, rm, writeFile } from "node:fs/promises";
import { seconds } from "#base/time.ts";
import type { RefusedAddress } from "#engine/settings.ts";
import { type ProcessResult, runBoundedProcess } from "./programs/bounded-process.ts";

const nft = "/usr/sbin/nft";
const timeLimit = seconds(5);

/** In one transaction with what comes after it: also where there is no such table (nft(8)). */
const removal = "add table inet gatepair\ndelete table inet gatepair\n";

/**
 * Drops packets to these addresses, and replaces what an earlier run installed. All of it is in a
 * table of our own: others are not touched, and what they accept is dropped nevertheless. The rules
 * are kept in `file`, which says that they are in force. Answers why they are not, else undefined.
 */
export async function installPacketFilter(
  file: string,
  refused: readonly RefusedAddress[],
): Promise<string | undefined> {
  try {
    await writeFile(file, removal + packetFilterRules(refused), { mode: 0o600 });
  } catch (error) {
    return (error as Error).message;
  }
  return runNft("-f", file);
}

/** Removes the table where `file` says that there is one. Answers why it could not, else undefined. */
export async function removePacketFilter(file: string): Promise<string | undefined> {
  try {
    await access(file);
  } catch {
    return undefined;
  }
  const failure = await runNft(removal);
  if (failure === undefined) await rm(file, { force: true });
  return failure;
}

/**
 * The table as nft(8) reads it. Neighbor Discovery is not dropped (RFC 9568, 6.4.3), or nobody could
 * find the router that forwards. A link-local address is another one on each link.
 */
export function packetFilterRules(refused: readonly RefusedAddress[]): string {
  const inFamily = (pattern: RegExp) => refused.filter(({ address }) => pattern.test(address));
  const rules = [
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept",
    ...dropAll("ip daddr", inFamily(/\./)),
    ...dropAll("ip6 daddr", inFamily(/^(?!fe[89ab]).*:/)),
    ...inFamily(/^fe[89ab]/).flatMap((each) =>
      dropAll(`iifname "${each.interfaceName}" ip6 daddr`, [each]),
    ),
  ];
  const chain = ["type filter hook input priority filter; policy accept;", ...rules];
  return `table inet gatepair {\n\tchain input {\n\t\t${chain.join("\n\t\t")}\n\t}\n}\n`;
}

function dropAll(match: string, refused: readonly RefusedAddress[]): string[] {
  const set = new Set(refused.map(({ address }) => address));
  return set.size === 0 ? [] : [`${match} { ${[...set].join(", ")} } counter drop`];
}

async function runNft(...args: string[]): Promise<string | undefined> {
  const command = [nft, ...args];
  return failureOf(await runBoundedProcess({ command, environment: {}, timeLimit }));
}

function failureOf({ startError, exitCode, timedOut, output }: ProcessResult): string | undefined {
  if (startError !== undefined) return `${startError}; the package nftables brings it`;
  if (timedOut) return `nft did not end within ${timeLimit / 1000} s`;
  if (exitCode === 0) return undefined;
  return `nft: ${output.trim().split("\n")[0] ?? ""}`;
}
