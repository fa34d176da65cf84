import type { Plan } from "./plan.ts";

/**
 * - `first`, `changed`, `unchanged`: the seed that was found is in force
 * - `kept`: there is none, or it has errors, and the last good configuration is in force
 * - `waiting`: there is nothing to put in force; the box takes DHCP and waits
 */
export type Outcome = "first" | "changed" | "unchanged" | "kept" | "waiting";

export interface Found {
  /** Of the seed, if there is one without errors. */
  readonly plan: Plan | undefined;
  /** Of the last good configuration, if there is one. */
  readonly lastGood: Plan | undefined;
  /** Whether both are the same files. */
  readonly isSame: boolean;
}

export function decide({ plan, lastGood, isSame }: Found): {
  outcome: Outcome;
  plan: Plan | undefined;
} {
  if (plan === undefined)
    return { outcome: lastGood === undefined ? "waiting" : "kept", plan: lastGood };
  if (lastGood === undefined) return { outcome: "first", plan };
  return { outcome: isSame ? "unchanged" : "changed", plan };
}
