import type { LoadedConfig } from "#cli/load-config.ts";
import type { Status } from "#engine/snapshot.ts";
import type { FirstBootReport } from "#firstboot/report.ts";

/** Everything that the screen shows. What is not known is absent, and is never made up. */
export interface Facts {
  readonly hostname: string;
  readonly version: string;
  /** Of the machine, in seconds. */
  readonly uptime: number;
  readonly interfaces: readonly InterfaceFacts[];
  /** Nothing where gatepair firstboot did not run. */
  readonly firstBoot: FirstBootReport | undefined;
  readonly daemon: DaemonFacts;
}

export interface InterfaceFacts {
  readonly name: string;
  /** Nothing while the interface is down: then nobody knows. */
  readonly carrier: boolean | undefined;
  /** With the length of their prefix, the virtual ones among them. */
  readonly addresses: readonly string[];
}

export type DaemonFacts = { readonly type: "answers"; readonly status: Status } | SilentDaemon;

export interface SilentDaemon {
  readonly type: "silent";
  readonly message: string;
  readonly config: LoadedConfig | { readonly type: "absent" };
  readonly unit: UnitState | undefined;
}

/** What systemd knows about gatepair.service (systemctl(1), "show"). */
export interface UnitState {
  /** Such as `active`, `inactive`, `activating`, `failed`. */
  readonly active: string;
  /** Such as `start`, `auto-restart`. */
  readonly sub: string;
  /** Such as `success`, `exit-code`, `watchdog`. */
  readonly result: string;
  readonly exitStatus: string;
  readonly restarts: string;
  /** It is to start, as soon as what comes before it is done. */
  readonly isQueued: boolean;
  /** The last words of a daemon that ended. */
  readonly said: readonly string[];
}
