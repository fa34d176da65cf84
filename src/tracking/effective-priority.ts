/** What a failure of something tracked does to a Virtual Router. */
export type TrackEffect =
  | { readonly type: "fault" }
  /** Subtracted from the configured priority, 1 to 253. */
  | { readonly type: "lower-priority"; readonly by: number };

/** Something that a Virtual Router tracks and that has failed. */
export interface TrackFailure {
  /** `nginx`, `interface eth1`, `disk`: what failed, for status and logs. */
  readonly source: string;
  /** A clause that says what is wrong with it. */
  readonly reason: string;
  readonly effect: TrackEffect;
}

export interface TrackVerdict {
  /** Why the Virtual Router must not take part; empty when it may. */
  readonly faults: readonly TrackFailure[];
  readonly lowering: readonly TrackFailure[];
  /** Effective priority, 1 to 254. */
  readonly priority: number;
}

/** The effect of all failures together. Weights add up; below 1 there is no priority to advertise. */
export function judgeFailures(
  configuredPriority: number,
  failures: readonly TrackFailure[],
): TrackVerdict {
  const faults = failures.filter(({ effect }) => effect.type === "fault");
  const lowering = failures.filter(({ effect }) => effect.type === "lower-priority");
  const sum = lowering.reduce((total, { effect }) => total + weightOf(effect), 0);
  return { faults, lowering, priority: Math.max(1, configuredPriority - sum) };
}

function weightOf(effect: TrackEffect): number {
  return effect.type === "lower-priority" ? effect.by : 0;
}
