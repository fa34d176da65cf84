import { getAsset, isSea } from "node:sea";
import { milliseconds } from "#base/time.ts";
import type { Config } from "#config/config.ts";
import type { Engine } from "#engine/engine.ts";
import { BackgroundThread } from "#mail/background-thread.ts";
import { HealthMonitor } from "#mail/health-monitor.ts";
import { Mailer } from "#mail/mailer.ts";
import { type BackgroundCode, startBackground } from "#mail/start-background.ts";

/** The thread for all that may take its time, with the two that work through it. */
export interface Background {
  readonly mailer: Mailer;
  start(): void;
  close(): Promise<void>;
}

/** At the end, for the newest mails to reach the spool, and the server if it is quick. */
const closeDeadline = milliseconds(3000);

export function createBackground(
  config: Config,
  spoolDirectory: string,
  post: Engine["post"],
): Background {
  const onProblem = (message: string) => post({ type: "background-failed", message });
  const thread = new BackgroundThread({
    // The program is read anew for each start: a megabyte that need not stay in memory.
    start: () => startBackground(backgroundCode(), { spoolDirectory }),
    onFailure: ({ reason }) => onProblem(reason),
  });
  const mailer = new Mailer({
    thread,
    settings: config.notifications.smtp,
    onStatus: (status) => post({ type: "mail-status", status }),
    onProblem,
  });
  const { interval, disk } = config.health;
  const health = new HealthMonitor({
    thread,
    settings: { interval, diskPaths: [disk.path] },
    onFigures: (figures) => post({ type: "health", figures }),
  });
  void health;
  return {
    mailer,
    start: () => thread.start(),
    close: () => thread.close({ deadline: closeDeadline }),
  };
}

function backgroundCode(): BackgroundCode {
  if (isSea()) return { kind: "source", code: getAsset("background.js", "utf8") };
  return { kind: "file", url: new URL("../mail/background.ts", import.meta.url) };
}
