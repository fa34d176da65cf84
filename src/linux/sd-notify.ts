import { gatepairNative } from "./native.ts";

/** What a service can tell its manager (sd_notify(3)). */
export interface ServiceState {
  readonly READY?: 1;
  readonly RELOADING?: 1;
  readonly STOPPING?: 1;
  readonly WATCHDOG?: 1 | "trigger";
  /** One line for `systemctl status`. */
  readonly STATUS?: string;
  /** CLOCK_MONOTONIC in microseconds; goes with RELOADING. */
  readonly MONOTONIC_USEC?: string;
  readonly EXTEND_TIMEOUT_USEC?: string;
}

/** Answers 0, or -errno when the manager did not take it: sending never waits. */
export type NotifySystemd = (state: ServiceState) => number;

/**
 * Tells systemd how the service is. `socketPath` is NOTIFY_SOCKET of the environment at start-up;
 * without it (not started by systemd) every call does nothing and answers 0. Programs that the
 * service starts should not inherit the variable.
 */
export function systemdNotifier(socketPath: string | undefined): NotifySystemd {
  if (socketPath === undefined || socketPath === "") return () => 0;
  const native = gatepairNative();
  return (state) => native.sdNotify(socketPath, encodeState(state));
}

/** One assignment a line; a line end inside a value would begin an assignment of its own. */
function encodeState(state: ServiceState): string {
  return Object.entries(state)
    .map(([name, value]) => `${name}=${String(value).replaceAll(/[\n\r\0]+/g, " ")}`)
    .join("\n");
}
