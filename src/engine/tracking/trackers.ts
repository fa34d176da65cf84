import type { TimerFired } from "#base/step.ts";
import type { TrackFailure } from "#tracking/effective-priority.ts";
import { phaseOf } from "#tracking/phase.ts";
import { CheckUnit } from "./check-unit.ts";
import type { CommandResult, Respond } from "../commands.ts";
import type { Context } from "../context.ts";
import type { CheckEndedInput, FileFoundInput } from "../inputs.ts";
import type { EngineSettings, RouterSettings } from "../settings.ts";
import { lookInterval, TrackedFileUnit } from "./tracked-file-unit.ts";

/** What is tracked beside nginx, interfaces and the machine: named checks, and files. */
export class Trackers {
  readonly checks: ReadonlyMap<string, CheckUnit>;
  readonly files: ReadonlyMap<string, TrackedFileUnit>;

  constructor(context: Context, { checks, routers }: EngineSettings) {
    this.checks = new Map(checks.map((check) => [check.name, new CheckUnit(context, check)]));
    const paths = new Set(routers.flatMap(({ trackFiles }) => trackFiles.map(({ path }) => path)));
    this.files = new Map(Array.from(paths, (path) => [path, new TrackedFileUnit(context, path)]));
  }

  start(): void {
    for (const check of this.checks.values()) check.start();
    [...this.files.values()].forEach((file, index) => {
      file.start(phaseOf(index, this.files.size, lookInterval).first);
    });
  }

  close(): void {
    for (const check of this.checks.values()) check.close();
  }

  /** Says whether what is tracked may now look different, as the next does. */
  handle(input: CheckEndedInput | FileFoundInput): boolean {
    return input.type === "check-ended"
      ? (this.checks.get(input.check)?.ended(input.run, input.outcome) ?? false)
      : (this.files.get(input.path)?.found(input.finding) ?? false);
  }

  timerFired(kind: "check" | "file", name: string, fired: TimerFired): boolean {
    return kind === "check"
      ? (this.checks.get(name)?.timerFired(fired) ?? false)
      : (this.files.get(name)?.timerFired() ?? false);
  }

  runCheck(name: string, respond: Respond): void {
    const check = this.checks.get(name);
    if (check === undefined) respond(this.#refuseUnknown(name));
    else check.runFor(respond);
  }

  failures({ trackChecks, trackFiles }: RouterSettings): TrackFailure[] {
    return [
      ...trackChecks.map(({ name, effect }) => this.checks.get(name)?.failure(effect)),
      ...trackFiles.map(({ path, onNumber }) => this.files.get(path)?.failure(onNumber)),
    ].filter((failure) => failure !== undefined);
  }

  /** What has no result yet: no reason to give up a role, but none to take one either. */
  pending({ trackChecks, trackFiles }: RouterSettings): string | undefined {
    const check = trackChecks.find(({ name }) => this.checks.get(name)?.verdict === "unknown");
    if (check !== undefined) return `check ${check.name} has no result yet`;
    const file = trackFiles.find(({ path }) => this.files.get(path)?.number === undefined);
    return file && `the file ${file.path} has not been read yet`;
  }

  #refuseUnknown(name: string): CommandResult {
    const names = [...this.checks.keys()];
    const known = names.length === 0 ? "there are none" : `there are: ${names.join(", ")}`;
    return { ok: false, message: `there is no check ${name}; ${known}` };
  }
}
