import { milliseconds } from "#base/time.ts";
import type { Config } from "#config/config.ts";
import type { Engine } from "#engine/engine.ts";
import { BackgroundThread } from "#mail/background-thread.ts";
import { HealthMonitor } from "#mail/health-monitor.ts";
import { Mailer } from "#mail/mailer.ts";
import { startBackground } from "#mail/start-background.ts";
import { workerCode } from "./worker-code.ts";

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
  const code = () => workerCode("background.js", "../mail/background.ts");
  const thread = new BackgroundThread({
    start: () => startBackground(code(), { spoolDirectory }),
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
