import { type Clock, instant } from "#base/time.ts";
import { gatepairNative } from "./native.ts";

/** CLOCK_BOOTTIME: monotonic, and it counts the time that the machine was suspended. */
export function bootClock(): Clock {
  const native = gatepairNative();
  return { now: () => instant(native.bootTime()) };
}
