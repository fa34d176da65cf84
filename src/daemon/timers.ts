import type { TimerPort } from "#engine/ports.ts";

/** Timers of the event loop. A fraction of a millisecond is rounded up: never early. */
export function createTimers(): TimerPort & { close(): void } {
  const armed = new Map<string, NodeJS.Timeout>();
  return {
    arm(key, duration, fire) {
      clearTimeout(armed.get(key));
      const timer = setTimeout(() => {
        armed.delete(key);
        fire();
      }, Math.ceil(duration));
      armed.set(key, timer);
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
