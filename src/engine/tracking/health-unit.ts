import {
  type HealthFigures,
  type HealthThresholds,
  type HealthVerdict,
  judgeHealth,
} from "#alerts/health-thresholds.ts";
import { describeCondition } from "#alerts/conditions.ts";
import type { TrackFailure } from "#tracking/effective-priority.ts";
import type { Reporter } from "../reporting/reporter.ts";

/** The machine's figures against their thresholds. */
export class HealthUnit {
  readonly #thresholds: HealthThresholds;
  readonly #reporter: Reporter;
  /** The newest verdict by code and subject. A figure that is unknown now keeps its last one. */
  readonly #verdicts = new Map<string, HealthVerdict>();
  #figures: HealthFigures | undefined;

  constructor(thresholds: HealthThresholds, reporter: Reporter) {
    this.#thresholds = thresholds;
    this.#reporter = reporter;
  }

  /** Undefined until the machine was looked at for the first time. */
  get figures(): HealthFigures | undefined {
    return this.#figures;
  }

  update(figures: HealthFigures): void {
    this.#figures = figures;
    const verdicts = judgeHealth(this.#thresholds, figures, (condition) =>
      this.#reporter.isRaised(condition),
    );
    for (const verdict of verdicts) {
      const { code, subject, detail, ill } = verdict;
      this.#verdicts.set(`${code} ${subject}`, verdict);
      this.#reporter.set(code, subject, ill ? detail : undefined);
    }
  }

  /** What lowers the priority of every Virtual Router. */
  failures(): TrackFailure[] {
    return [...this.#verdicts.values()]
      .filter((verdict) => verdict.ill && verdict.lowerPriority > 0)
      .map((verdict) => ({
        source: verdict.subject,
        reason: describeCondition(verdict),
        effect: { type: "lower-priority", by: verdict.lowerPriority },
      }));
  }
}
