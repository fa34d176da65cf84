import type { LookupFunction } from "node:net";

export interface ProbeOptions {
  /** How names are found; the system's own way unless told. */
  readonly lookup?: LookupFunction;
  /** Ends the check early; it then counts as failed. */
  readonly signal?: AbortSignal;
}
