import { describeCondition } from "#alerts/conditions.ts";
import { type Milliseconds, seconds } from "#base/time.ts";
import type { TrackEffect, TrackFailure } from "#tracking/effective-priority.ts";
import {
  type FileFinding,
  initialTrackedFileState,
  stepTrackedFile,
  type TrackedFileState,
} from "#tracking/tracked-file.ts";
import type { Context } from "../context.ts";
import { performTimer } from "../outlet.ts";
import type { TrackedFileSettings } from "../settings.ts";

/** From one look at a file to the next. */
export const lookInterval = seconds(1);

/** A file with a number that somebody may write into. */
export class TrackedFileUnit {
  readonly path: string;
  readonly #context: Context;
  #state: TrackedFileState = initialTrackedFileState;
  /** A file system that does not answer is asked once, not again and again. */
  #looking = false;

  constructor(context: Context, path: string) {
    this.#context = context;
    this.path = path;
  }

  /** The number in force; undefined until the file was looked at for the first time. */
  get number(): number | undefined {
    return this.#state.number;
  }

  get problem(): string | undefined {
    return this.#state.problem;
  }

  start(wait: Milliseconds): void {
    this.#arm(wait);
  }

  /** Says whether what is tracked may now look different, as the next does. */
  timerFired(): boolean {
    this.#arm(lookInterval);
    if (this.#looking) return this.#take({ type: "unusable", detail: "it has not been read yet" });
    this.#looking = true;
    this.#context.ports.files.read(this.path);
    return false;
  }

  found(finding: FileFinding): boolean {
    this.#looking = false;
    return this.#take(finding);
  }

  failure(onNumber: TrackedFileSettings["onNumber"]): TrackFailure | undefined {
    const { number = 0 } = this;
    if (number === 0) return undefined;
    const effect: TrackEffect =
      onNumber === "fault" ? { type: "fault" } : { type: "lower-priority", by: number };
    const subject = this.path;
    const detail = String(number);
    const reason = describeCondition({ code: "tracked-file-set", subject, detail });
    return { source: `file ${subject}`, reason, effect };
  }

  #take(finding: FileFinding): boolean {
    const { number, problem } = this;
    this.#state = stepTrackedFile(this.#state, finding);
    if (problem !== this.problem) {
      this.#context.reporter.set("tracked-file-unusable", this.path, this.problem);
    }
    if (number === this.number) return false;
    const detail = this.number === 0 ? undefined : String(this.number);
    this.#context.reporter.set("tracked-file-set", this.path, detail);
    return true;
  }

  #arm(duration: Milliseconds): void {
    const action = { type: "arm-timer", timer: "look", duration, generation: 0 } as const;
    performTimer(this.#context, `file:${this.path}`, action);
  }
}
