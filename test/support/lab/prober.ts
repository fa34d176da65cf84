import { spawn, type StdioOptions } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Host } from "./host.ts";
import { virtualAddress } from "./names.ts";
import { measureOutage, type Answer, type Outage } from "./probe-answers.ts";
import type { ProberSettings } from "./prober-process.ts";
import { monotonicNow, sleep, until } from "./time.ts";

const program = fileURLToPath(new URL("prober-process.ts", import.meta.url));

const defaults: ProberSettings = {
  address: virtualAddress,
  port: 80,
  every: 5,
  timeout: 250,
  maxOutstanding: 64,
  maxRuntime: 15 * 60_000,
};

/** Answers in a row, all with one page, that count as "this host serves now". */
const steadyCount = 10;

/** Asks the virtual address all the time, and knows what came back. */
export interface Prober {
  readonly answers: readonly Answer[];
  /** The page that is served now: of the last answer, when it is not older than half a second. */
  currentPage(): string | undefined;
  /** Waits until `page` was answered some times in a row, all asked after this call. */
  waitFor(page: string, limit: number): Promise<void>;
  /** What the client noticed since `event` (monotonicNow); waits for the questions under way. */
  outageSince(event: number): Promise<Outage>;
  stop(): void;
}

function isServedSince(answers: readonly Answer[], page: string, start: number): boolean {
  const last = answers.slice(-steadyCount);
  return (
    last.length === steadyCount &&
    last.every((answer) => answer.page === page && answer.asked >= start)
  );
}

export function startProber(client: Host, changes: Partial<ProberSettings> = {}): Prober {
  const settings = { ...defaults, ...changes };
  const log = openSync(join(client.logs, "prober.log"), "a");
  const argv = [process.execPath, program, JSON.stringify(settings)];
  const stdio: StdioOptions = ["ignore", log, log, "ipc"];
  const child = spawn("nsenter", client.enter(argv), { stdio, detached: true });
  closeSync(log);
  const answers: Answer[] = [];
  child.on("message", (batch) => answers.push(...(batch as Answer[])));
  child.on("error", () => undefined); // it ends with the lab
  child.unref();
  child.channel?.unref();
  return {
    answers,
    currentPage() {
      const last = answers.findLast((answer) => answer.page !== undefined);
      return last && monotonicNow() - last.ended < 500 ? last.page : undefined;
    },
    async waitFor(page, limit) {
      const start = monotonicNow();
      const what = `the client gets "${page}"`;
      await until({ what, limit }, () => isServedSince(answers, page, start));
    },
    async outageSince(event) {
      await sleep(settings.timeout + 100);
      return measureOutage(answers, event);
    },
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
