import { setFlagsFromString } from "node:v8";

/**
 * V8 with less memory for a process that runs for months: what runs often gets to the last compiler
 * as well without the two before it. Not among the flags of the executable: Node's own modules, and
 * ours, are compiled while building, for V8 as it is, and each start would compile them all anew.
 */
export function keepHeapSmall(): void {
  for (const flag of ["--optimize-for-size", "--no-sparkplug", "--no-maglev"]) {
    setFlagsFromString(flag);
  }
}
