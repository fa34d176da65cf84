import { execFile } from "node:child_process";

import type { UnitState } from "./facts.ts";

const unit = "gatepair.service";
const properties = "ActiveState,SubState,Result,ExecMainStatus,NRestarts,Job";
const patience = 10_000;
const mostWords = 5;

/** Asks systemd; costs two processes, so only while the daemon does not answer. */
export async function readUnitState(): Promise<UnitState | undefined> {
  const shown = await run("systemctl", ["show", unit, `--property=${properties}`]);
  const state = shown === undefined ? undefined : parseUnitState(shown);
  if (state === undefined || state.result === "success") return state;
  const journal = ["--unit", unit, "--boot", "--lines=40", "--output=cat", "--no-pager", "--quiet"];
  return { ...state, said: pickLastWords((await run("journalctl", journal)) ?? "") };
}

export function parseUnitState(text: string): UnitState | undefined {
  const values = new Map(text.split("\n").map((each) => splitAtEquals(each)));
  const active = values.get("ActiveState");
  if (active === undefined) return undefined;
  const job = values.get("Job") ?? "";
  return {
    active,
    sub: values.get("SubState") ?? "",
    result: values.get("Result") ?? "success",
    exitStatus: values.get("ExecMainStatus") ?? "",
    restarts: values.get("NRestarts") ?? "0",
    isQueued: job !== "" && job !== "0",
    said: [],
  };
}

function splitAtEquals(text: string): [string, string] {
  const at = text.indexOf("=");
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** What the daemon wrote for people: its log is JSON, and systemd's own lines name the unit. */
export function pickLastWords(journal: string): string[] {
  const lines = journal.split("\n").filter((each) => each.trim() !== "");
  const words = lines.filter((each) => !each.startsWith("{") && !isOfSystemd(each));
  return [...new Set(words)].slice(-mostWords);
}

function isOfSystemd(text: string): boolean {
  return /^(gatepair\.service: |Start(ing|ed) |Stopp(ing|ed) |Failed to start )/.test(text);
}

function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: patience }, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}
