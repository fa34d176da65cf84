import type { TimerPort } from "#engine/ports.ts";

/** Timers of the event loop. A fraction of a millisecond is rounded up: never early. */
export function createTimers(): TimerPort & { close(): void } {
  const armed = new Map<string, NodeJS.Timeout>();

  function wait(key: string, end: number, fire: () => void): void {
    const timer = setTimeout(
      () => {
        // Node counts in whole milliseconds of the loop's own time, and is early by part of one.
        if (performance.now() < end) return wait(key, end, fire);
        armed.delete(key);
        fire();
      },
      Math.ceil(end - performance.now()),
    );
    armed.set(key, timer);
  }

  return {
    arm(key, duration, fire) {
      clearTimeout(armed.get(key));
      wait(key, performance.now() + duration, fire);
    },
    cancel(key) {
      clearTimeout(armed.get(key));
      armed.delete(key);
    },
    /** Lets the process end. */
    close() {
      for (const timer of armed.values()) clearTimeout(timer);
      armed.clear();
    },
  };
}
