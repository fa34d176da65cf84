import { milliseconds } from "#base/time.ts";
import type { Config } from "#config/config.ts";
import type { Engine } from "#engine/engine.ts";
import type { JournalPort } from "#engine/ports.ts";
import { BackgroundThread } from "#mail/background-thread.ts";
import { HealthMonitor } from "#mail/health-monitor.ts";
import { JournalKeeper } from "#mail/journal-keeper.ts";
import { Mailer } from "#mail/mailer.ts";
import { startBackground } from "#mail/start-background.ts";
import type { RecordingHeader, Taken } from "#recording/entries.ts";
import { workerCode } from "./worker-code.ts";

/** The thread for all that may take its time, with those that work through it. */
export interface Background {
  readonly mailer: Mailer;
  readonly journal: JournalPort;
  start(): void;
  close(): Promise<void>;
}

/** A thread is work for the processor: at a boot the address and nginx come first. */
const startPause = milliseconds(3000);

/** At the end, for the newest mails to reach the spool, and the server if it is quick. */
const closeDeadline = milliseconds(3000);

export function createBackground(
  config: Config,
  directories: { readonly spool: string; readonly journal: string },
  recording: { readonly header: RecordingHeader; readonly taken: () => Taken },
  post: Engine["post"],
): Background {
  const onProblem = (message: string) => post({ type: "background-failed", message });
  const code = () => workerCode("background.js", "../mail/background.ts");
  const thread = new BackgroundThread({
    start: () => startBackground(code(), { spoolDirectory: directories.spool }),
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
  const journal = new JournalKeeper({ thread, directory: directories.journal, ...recording });
  let pause: NodeJS.Timeout | undefined;
  return {
    mailer,
    journal,
    start: () => {
      pause = setTimeout(() => {
        pause = undefined;
        thread.start();
      }, startPause);
    },
    close: () => {
      clearTimeout(pause);
      // There may be mails already.
      if (pause !== undefined) thread.start();
      return thread.close({ deadline: closeDeadline });
    },
  };
}
