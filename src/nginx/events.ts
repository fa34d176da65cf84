import type { ArmTimer, CancelTimer, TimerFired } from "#base/step.ts";
import type { Milliseconds } from "#base/time.ts";
import type { ProbeSettings } from "./settings.ts";

export type OperatorCommand = "start" | "stop" | "restart" | "reload";
export type NginxSignal = "SIGHUP" | "SIGQUIT" | "SIGTERM" | "SIGKILL";
export type NginxTimer = "restart" | "hold" | "start-limit" | "probe" | "stop" | "reload";

/** What the supervision machine is told. */
export type NginxEvent =
  | { readonly type: "begin"; readonly active: boolean }
  | FoundEvent
  | { readonly type: "role-changed"; readonly active: boolean }
  | { readonly type: "operator"; readonly id: number; readonly command: OperatorCommand }
  | { readonly type: "shutdown" }
  | ConfigurationTestedEvent
  | { readonly type: "started"; readonly pid: number }
  | { readonly type: "spawn-failed"; readonly message: string }
  | ExitedEvent
  | { readonly type: "workers-retired"; readonly pid: number }
  | ProbeResultEvent
  | { readonly type: "said"; readonly line: string }
  | PortHolderEvent
  | TimerFired<NginxTimer>;

/** The answer to `find`: what an earlier run of the daemon left behind. */
export interface FoundEvent {
  readonly type: "found";
  /** A living nginx master, verified to be the one that the earlier run started. */
  readonly running: { readonly pid: number; readonly sameConfiguration: boolean } | undefined;
  /** A master of the earlier run that is dead, whose workers may still hold the ports. */
  readonly deadMaster: number | undefined;
  readonly operatorStopped: boolean;
}

export interface ConfigurationTestedEvent {
  readonly type: "configuration-tested";
  readonly id: number;
  readonly ok: boolean;
  /** What `nginx -t` wrote; empty when the test was not needed. */
  readonly output: string;
}

/** Code and signal are both undefined for an adopted nginx, which is not our child. */
export interface ExitedEvent {
  readonly type: "exited";
  readonly pid: number;
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

export interface ProbeResultEvent {
  readonly type: "probe-result";
  readonly id: number;
  readonly ok: boolean;
  /** For people: "status 200" or "connect ECONNREFUSED 127.0.0.1:80". */
  readonly detail: string;
}

export interface PortHolderEvent {
  readonly type: "port-holder";
  /** Of the nginx that could not bind. */
  readonly pid: number;
  readonly address: string;
  /** Undefined: nobody was found, or it cannot be seen. */
  readonly holder: { readonly pid: number; readonly executable: string } | undefined;
}

/** What the machine wants done. */
export type NginxAction =
  | { readonly type: "find" }
  | { readonly type: "adopt"; readonly pid: number }
  | TestConfigurationAction
  | { readonly type: "spawn" }
  | { readonly type: "signal"; readonly pid: number; readonly signal: NginxSignal }
  | RetireWorkersAction
  | ProbeAction
  | { readonly type: "find-port-holder"; readonly pid: number; readonly address: string }
  | { readonly type: "remember-operator-stop"; readonly stopped: boolean }
  | OperatorAnswer
  | { readonly type: "stopped" }
  | ArmTimer<NginxTimer>
  | CancelTimer<NginxTimer>;

export interface TestConfigurationAction {
  readonly type: "test-configuration";
  readonly id: number;
  /** Answer `ok` at once when no file changed since the last good test. */
  readonly unlessUnchanged: boolean;
}

/** Make the workers of the dead master `pid` let go of the ports, then answer `workers-retired`. */
export interface RetireWorkersAction {
  readonly type: "retire-workers";
  readonly pid: number;
  /** For how long they may go on with the connections that they have; 0 kills them at once. */
  readonly drain: Milliseconds;
}

export interface ProbeAction {
  readonly type: "probe";
  readonly id: number;
  readonly probe: ProbeSettings;
}

/** Exactly one for each `operator` event. */
export interface OperatorAnswer {
  readonly type: "operator-answer";
  readonly id: number;
  readonly ok: boolean;
  readonly message: string;
}
