import { milliseconds, type Milliseconds } from "#base/time.ts";
import type { VrrpVersion } from "../advertisement.ts";

/** What the durations of a Virtual Router follow from. */
export interface TimerInputs {
  readonly version: VrrpVersion;
  /** The local effective priority, 1 to 255. */
  readonly priority: number;
  /** Advertisements in a row that may be lost before a Backup takes over, 1 to 100. */
  readonly lossCount: number;
  /** The Active Router's interval, as learned from it in version 3. */
  readonly activeAdverInterval: Milliseconds;
}

/**
 * Skew_Time: lets the Backup with the highest priority time out first.
 * Version 3: ((256 - priority) * Active_Adver_Interval) / 256 (RFC 9568, 6.1).
 * Version 2: (256 - priority) / 256 seconds, whatever the interval (RFC 3768, 6.1).
 * No rounding: at priority 254 and 10 ms it is 0.078125 ms.
 */
export function skewTime({ version, priority, activeAdverInterval }: TimerInputs): Milliseconds {
  const scale = version === 2 ? 1000 : activeAdverInterval;
  return milliseconds(((256 - priority) * scale) / 256);
}

/** Active_Down_Interval: 3 * Active_Adver_Interval + Skew_Time (RFC 9568, 6.1), 3 being lossCount. */
export function activeDownInterval(inputs: TimerInputs): Milliseconds {
  return milliseconds(inputs.lossCount * inputs.activeAdverInterval + skewTime(inputs));
}
