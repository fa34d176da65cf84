import { constants } from "node:os";
import { gatepairNative, type NativeHandle } from "./native.ts";
import { errnoOf, systemErrorFrom } from "./system-error.ts";

export interface ProcessWatch {
  /**
   * Sends a signal to this very process, never to another that got its number. Answers 0, or
   * -errno: -ESRCH when it has exited or is no longer watched. Signal 0 only asks.
   */
  signal(signal: NodeJS.Signals | number): number;
  /** `onExit` is not called after this. Closing twice is allowed. */
  close(): void;
}

/**
 * Watches any process, child or not, by a process descriptor (pidfd_open(2)) and calls `onExit`
 * once when it has exited. Answers undefined when there is no such process. Throws SystemError.
 *
 * Whoever has the number from elsewhere (a pid file) checks after this call that the process is
 * the right one: from then on the watch cannot come to mean another.
 */
export function watchProcess(pid: number, onExit: () => void): ProcessWatch | undefined {
  const native = gatepairNative();
  const handle = openProcess(pid, onExit);
  if (handle === undefined) return undefined;
  return {
    signal: (signal) => native.signalProcess(handle, signalNumber(signal)),
    close: () => native.closeHandle(handle),
  };
}

function openProcess(pid: number, onExit: () => void): NativeHandle | undefined {
  try {
    return gatepairNative().openProcess(pid, onExit);
  } catch (error) {
    if (errnoOf(error) === -constants.errno.ESRCH) return undefined;
    throw systemErrorFrom(`watch process ${pid}`, error);
  }
}

function signalNumber(signal: NodeJS.Signals | number): number {
  return typeof signal === "number" ? signal : constants.signals[signal];
}
