import { pino } from "pino";
import type { LogLevel, LogPort } from "#engine/ports.ts";

/** What waits for a reader that does not read is dropped beyond this: the log never holds us up. */
const longestBacklog = 1024 * 1024;

export interface Log extends LogPort {
  /** Writes what waits, at the very end. */
  flush(): void;
}

/** One JSON line an event on standard output, written by another thread. */
export function createLog(level: LogLevel, routerId: string): Log {
  const destination = pino.destination({ fd: 1, sync: false, maxLength: longestBacklog });
  // A reader that went away must not end the daemon.
  destination.on("error", () => {});
  const logger = pino(
    {
      level,
      base: { router_id: routerId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    write: (severity, event, fields) => logger[severity]({ event, ...fields }),
    flush() {
      try {
        destination.flushSync();
      } catch {
        // Not open yet, or nobody reads: there is nothing left to tell it to.
      }
    },
  };
}
