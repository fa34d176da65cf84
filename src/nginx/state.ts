import type { Step } from "#base/step.ts";
import { noStreak, type Streak } from "#base/streak.ts";
import type { Instant } from "#base/time.ts";
import type { NginxAction, NginxTimer, OperatorCommand } from "./events.ts";
import type { NginxSettings } from "./settings.ts";

/** What the process does now. */
export type Phase =
  | { readonly name: "finding" | "idle" | "spawning" | "backing-off" | "ended" }
  | { readonly name: "preparing"; readonly test: number; readonly tested: boolean }
  | RunningPhase
  | StoppingPhase;

export interface RunningPhase {
  readonly name: "running";
  readonly pid: number;
  readonly startedAt: Instant;
  readonly adopted: boolean;
  /** The master said so, which it does only after it has bound every port. */
  readonly workersStarted: boolean;
  readonly answered: boolean;
}

export interface StoppingPhase {
  readonly name: "stopping";
  readonly pid: number;
  readonly stage: "SIGQUIT" | "SIGTERM" | "SIGKILL";
  /** False when it is stopped because it does not answer: its exit counts as a failure then. */
  readonly expected: boolean;
  readonly answered: boolean;
}

/** Why nginx counts as failed. It ends with an answer of nginx, or with the operator's stop. */
export interface Fault {
  readonly reason: string;
  /** No try by ourselves: only the operator's start ends it. */
  readonly awaitsOperator: boolean;
}

/** The operator's command that has no answer yet. */
export interface PendingCommand {
  readonly id: number;
  readonly command: OperatorCommand;
  /** The configuration test that it waits for. */
  readonly test: number | undefined;
  /** How far a reload has come: the master said "reconfiguring", then it named a new worker. */
  readonly reload: "asked" | "reconfiguring" | "taken";
}

export interface ProbeState extends Streak {
  /** The check under way; there is never a second one. */
  readonly outstanding: number | undefined;
}

/**
 * `starting` is healthy so far, for a bounded time: nginx is on its way up, and no fault is known.
 * `not-needed` is healthy: nginx has no work on this host now.
 * `failed` and `stopped-by-operator` are reasons to give up the Active role.
 */
export type NginxStatus = "healthy" | "starting" | "failed" | "stopped-by-operator" | "not-needed";

export interface NginxHealth {
  readonly status: NginxStatus;
  /** One sentence for people, without a full stop. */
  readonly reason: string;
  /** Since when `status` holds. */
  readonly since: Instant;
  readonly pid: number | undefined;
}

export interface NginxState {
  readonly phase: Phase;
  readonly active: boolean;
  readonly operatorStopped: boolean;
  readonly shuttingDown: boolean;
  readonly fault: Fault | undefined;
  /** Why nginx is being started again: "nginx was killed by SIGKILL". */
  readonly cause: string | undefined;
  /** Exits that nobody asked for, within the restart window. */
  readonly exits: readonly Instant[];
  /** A master that has exited and whose workers are still being retired. */
  readonly deadMaster: number | undefined;
  /** The first emergency that nginx named since it was spawned. */
  readonly problem: string | undefined;
  readonly portAsked: boolean;
  readonly command: PendingCommand | undefined;
  readonly probe: ProbeState;
  /** The generation under which each timer is armed; 0 when it is not. */
  readonly timers: Readonly<Record<NginxTimer, number>>;
  /** The last number given to a timer, a test or a probe. */
  readonly lastNumber: number;
  /** The last lines that nginx said, for the status. */
  readonly lines: readonly string[];
  readonly health: NginxHealth;
}

export type NginxStep = Step<NginxState, NginxAction>;

/** A piece of a step, to be composed with `run`. */
export type Part = (state: NginxState) => NginxStep;

export interface Context {
  readonly now: Instant;
  readonly settings: NginxSettings;
}

export function initialNginxState(now: Instant): NginxState {
  return {
    phase: { name: "finding" },
    active: false,
    operatorStopped: false,
    shuttingDown: false,
    fault: undefined,
    cause: undefined,
    exits: [],
    deadMaster: undefined,
    problem: undefined,
    portAsked: false,
    command: undefined,
    probe: { outstanding: undefined, ...noStreak },
    timers: { restart: 0, hold: 0, "start-limit": 0, probe: 0, stop: 0, reload: 0 },
    lastNumber: 0,
    lines: [],
    health: { status: "starting", reason: "nginx is being looked for", since: now, pid: undefined },
  };
}

/** Whether nginx should run now, whatever it does. */
export function isWanted(state: NginxState, settings: NginxSettings): boolean {
  if (state.shuttingDown || state.operatorStopped) return false;
  return settings.runOn === "always" || state.active;
}
