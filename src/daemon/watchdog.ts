import type { Engine } from "#engine/engine.ts";
import type { NotifySystemd } from "#linux/sd-notify.ts";

/** Without a watchdog the status line is still kept up to date. */
const defaultInterval = 5000;

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
  const interval = limit > 0 ? limit / 3 : defaultInterval;
  notify({ READY: 1, STATUS: describe(engine) });
  const timer = setInterval(() => notify({ WATCHDOG: 1, STATUS: describe(engine) }), interval);
  return { stop: () => clearInterval(timer) };
}

function describe({ routers }: Engine): string {
  return routers.map(({ parameters, state }) => `${parameters.name} ${state.role}`).join(", ");
}
