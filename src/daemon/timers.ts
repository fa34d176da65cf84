import type { TimerMeaning, TimerPort } from "#engine/ports.ts";

/**
 * Timers of the event loop. A fraction of a millisecond is rounded up: never early. One of silence waits
 * for one look at the sockets: after this host stood still, libuv has timers that are due come first.
 */
export function createTimers(): TimerPort & { close(): void } {
  const armed = new Map<string, NodeJS.Timeout | NodeJS.Immediate>();

  function wait(key: string, end: number, fire: () => void, meaning: TimerMeaning): void {
    const due = (): void => {
      // Node counts in whole milliseconds of the loop's own time, and is early by part of one.
      if (performance.now() < end) wait(key, end, fire, meaning);
      else if (meaning === "silence") armed.set(key, setImmediate(fireNow));
      else fireNow();
    };
    const fireNow = (): void => {
      armed.delete(key);
      fire();
    };
    armed.set(key, setTimeout(due, Math.ceil(end - performance.now())));
  }

  function clear(key: string): void {
    armed.get(key)?.[Symbol.dispose]();
    armed.delete(key);
  }

  return {
    arm(key, duration, fire, meaning) {
      clear(key);
      wait(key, performance.now() + duration, fire, meaning);
    },
    cancel: clear,
    /** Lets the process end. */
    close() {
      for (const key of armed.keys()) clear(key);
    },
  };
}
