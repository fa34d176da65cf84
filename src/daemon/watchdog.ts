import type { Engine } from "#engine/engine.ts";
import type { NotifySystemd } from "#linux/sd-notify.ts";

/** How old the status line may be; also without a watchdog. */
const longestInterval = 1000;

/** A stop takes as long as nginx and its clients need, and the loop still turns (sd_notify(3)). */
const extension = { EXTEND_TIMEOUT_USEC: "10000000" };

/**
 * Tells systemd that the service is ready, and then again and again that the event loop, which
 * sends the Advertisements, still turns (WatchdogSec=, systemd.service(5)).
 */
export function feedWatchdog(
  notify: NotifySystemd,
  engine: Engine,
  watchdogMicroseconds: string | undefined,
): { stop(): void } {
  const limit = Number(watchdogMicroseconds) / 1000;
  const interval = limit > 0 ? Math.min(limit / 3, longestInterval) : longestInterval;
  notify({ READY: 1, STATUS: describe(engine) });
  const feed = () => notify({ WATCHDOG: 1, ...extension, STATUS: describe(engine) });
  const timer = setInterval(feed, interval);
  return { stop: () => clearInterval(timer) };
}

function describe({ routers }: Engine): string {
  return routers.map(({ name, state }) => `${name} ${state.role}`).join(", ");
}
