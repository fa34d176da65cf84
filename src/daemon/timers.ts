import type { TimerPort } from "#engine/ports.ts";

/**
 * Timers of the event loop. A fraction of a millisecond is rounded up: never early. What waits in the
 * sockets when one is due is handled before it: after this host stood still, the Active Router is
 * heard before it is taken for silent.
 */
export function createTimers(): TimerPort & { close(): void } {
  const armed = new Map<string, NodeJS.Timeout | NodeJS.Immediate>();

  function wait(key: string, end: number, fire: () => void): void {
    const due = (): void => {
      // Node counts in whole milliseconds of the loop's own time, and is early by part of one.
      if (performance.now() < end) return wait(key, end, fire);
      armed.set(key, setImmediate(fireNow)); // comes after the sockets (libuv's uv_run)
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
    arm(key, duration, fire) {
      clear(key);
      wait(key, performance.now() + duration, fire);
    },
    cancel: clear,
    /** Lets the process end. */
    close() {
      for (const key of armed.keys()) clear(key);
    },
  };
}
