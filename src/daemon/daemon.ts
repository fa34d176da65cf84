import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { milliseconds, seconds } from "#base/time.ts";
import type { Config } from "#config/config.ts";
import { socketName } from "#control/protocol.ts";
import { startControlServer } from "#control/server.ts";
import { Engine } from "#engine/engine.ts";
import type { EngineInput } from "#engine/inputs.ts";
import type { Ports } from "#engine/ports.ts";
import { bootClock } from "#linux/boot-clock.ts";
import { HookRunner } from "#linux/hooks.ts";
import { KernelNetwork } from "#linux/netlink/kernel-network.ts";
import { systemdNotifier } from "#linux/sd-notify.ts";
import { createBackground } from "./background.ts";
import { createControlHandler } from "./control-handler.ts";
import { createLog, type Log } from "./log.ts";
import { createNetworkPort } from "./network.ts";
import { openNginx } from "./nginx.ts";
import { prepareSysctls } from "./prepare-sysctls.ts";
import { toEngineSettings } from "./settings.ts";
import { watchSignals } from "./signals.ts";
import { createTimers } from "./timers.ts";

export interface DaemonOptions {
  readonly config: Config;
  readonly version: string;
  readonly runtimeDirectory: string;
  readonly stateDirectory: string;
}
