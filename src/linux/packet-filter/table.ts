import { access, rm, writeFile } from "node:fs/promises";
import { seconds } from "#base/time.ts";
import type { RefusedAddress } from "#engine/settings.ts";
import type { ProcessResult } from "../programs/bounded-process.ts";
import type { ThreadProcess } from "../programs/script-messages.ts";
import { packetFilterRules, tableName, tableRemoval } from "./rules.ts";

/** Runs a program to its end, and never rejects. */
export type RunProcess = (options: ThreadProcess) => Promise<ProcessResult>;

/** Below the runtime directory. */
export const packetFilterFile = "packet-filter.nft";

const nft = "/usr/sbin/nft";
const timeLimit = seconds(5);
/** Room for the longest listing: the addresses of 255 virtual routers. */
const outputLimit = 1024 * 1024;

/** The rules that drop packets to these addresses, in a table of nftables. */
export class FilterTable {
  readonly #file: string;
  readonly #refused: readonly RefusedAddress[];
  readonly #run: RunProcess;
  /** The table as nft lists it while it is in force. */
  #listing: string | undefined;

  /** The rules are kept in `file`, which says that they are in force. */
  constructor(file: string, refused: readonly RefusedAddress[], run: RunProcess) {
    this.#file = file;
    this.#refused = refused;
    this.#run = run;
  }

  /** Replaces what is there. Answers why the rules are not in force, else undefined. */
  async install(): Promise<string | undefined> {
    try {
      const rules = tableRemoval + packetFilterRules(this.#refused);
      await writeFile(this.#file, rules, { mode: 0o600 });
    } catch (error) {
      return (error as Error).message;
    }
    const failure = failureOf(await runNft(this.#run, "-f", this.#file));
    this.#listing = failure === undefined ? (await this.#list()).listing : undefined;
    return failure;
  }

  /** Whether the rules are as they were installed; undefined when nft could not say. */
  async isIntact(): Promise<boolean | undefined> {
    const { isThere, listing } = await this.#list();
    if (!isThere) return isThere;
    this.#listing ??= listing;
    return listing === this.#listing;
  }

  remove(): Promise<string | undefined> {
    return removeFilterTable(this.#file, this.#run);
  }

  /** A busy machine, on which nft does not start or end in time, says nothing about the table. */
  async #list(): Promise<{ isThere: boolean | undefined; listing?: string }> {
    const result = await runNft(this.#run, "--stateless", "list", "table", ...tableName.split(" "));
    if (result.timedOut) return { isThere: undefined };
    if (result.exitCode === 0) return { isThere: true, listing: result.output };
    return { isThere: result.exitCode === 1 ? false : undefined };
  }
}

/** Removes the table where `file` says that there is one. Answers why it could not, else undefined. */
export async function removeFilterTable(
  file: string,
  run: RunProcess,
): Promise<string | undefined> {
  try {
    await access(file);
  } catch {
    return undefined;
  }
  const failure = failureOf(await runNft(run, tableRemoval));
  if (failure === undefined) await rm(file, { force: true });
  return failure;
}

function runNft(run: RunProcess, ...args: string[]): Promise<ProcessResult> {
  return run({ command: [nft, ...args], environment: {}, timeLimit, outputLimit });
}

function failureOf({ startError, exitCode, timedOut, output }: ProcessResult): string | undefined {
  if (startError !== undefined) return `${startError}; the package nftables brings nft`;
  if (timedOut) return `nft did not end within ${timeLimit / 1000} s`;
  if (exitCode === 0) return undefined;
  return `nft: ${output.trim().split("\n")[0] ?? ""}`;
}
