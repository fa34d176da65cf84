import { setFlagsFromString } from "node:v8";
import { seconds } from "#base/time.ts";
import { gatepairNative } from "#linux/native.ts";

const trimInterval = seconds(30);

/** Less memory for a process that runs for months. */
export function keepHeapSmall(): void {
  compileForSize();
  setInterval(trimMemory, trimInterval).unref();
}

/**
 * What runs often gets to V8's last compiler as well without the two before it. Not among the flags
 * of the executable: Node's own modules, and ours, are compiled while building, for V8 as it is, and
 * each start would compile them all anew.
 */
function compileForSize(): void {
  for (const flag of ["--optimize-for-size", "--no-sparkplug", "--no-maglev"]) {
    setFlagsFromString(flag);
  }
}

/**
 * What the compiler's thread has freed, several megabytes, stays with the process otherwise. One to
 * three milliseconds on this thread and not on another: that one would hold the lock of the memory
 * that this one allocates from.
 */
function trimMemory(): void {
  gatepairNative().trimMemory();
}
