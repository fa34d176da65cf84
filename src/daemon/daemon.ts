import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { exitCodes } from "#base/exit-codes.ts";
import type { WallClock } from "#base/time.ts";
import type { Config } from "#config/config.ts";
import { socketName } from "#control/protocol.ts";
import { startControlServer } from "#control/server.ts";
import { Engine } from "#engine/engine.ts";
import type { EngineInput } from "#engine/inputs.ts";
import type { EngineSettings } from "#engine/settings.ts";
import { bootClock } from "#linux/boot-clock.ts";
import { systemdNotifier } from "#linux/sd-notify.ts";
import { createLookup } from "#probe/lookup.ts";
import type { RecordingHeader } from "#recording/entries.ts";
import { interfaceOf } from "#vrrp/virtual-router.ts";
import { createBackground } from "./background.ts";
import { createCheckPort, createFilePort } from "./checks.ts";
import { createControlHandler } from "./control-handler.ts";
import { createHookPort } from "./hooks.ts";
import { createLog, type Log } from "./log.ts";
import { createNetworkPort, openNetwork } from "./network.ts";
import { openNginx } from "./nginx.ts";
import { openPacketFilter } from "./packet-filter.ts";
import { prepareKernel } from "./prepare-kernel.ts";
import { createRoutePort } from "./routes.ts";
import { toEngineSettings } from "./settings.ts";
import { watchSignals } from "./signals.ts";
import { keepHeapSmall } from "./small-heap.ts";
import { createTimers } from "./timers.ts";
import { feedWatchdog } from "./watchdog.ts";

export interface DaemonOptions {
  readonly config: Config;
  readonly version: string;
  readonly runtimeDirectory: string;
  readonly stateDirectory: string;
}

const wallClock: WallClock = { timestamp: () => new Date().toISOString() };

/** Runs until it is asked to stop; answers the exit code. */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  // As ps, pgrep and top show it; it would be "node-MainThread".
  process.title = "gatepair";
  keepHeapSmall();
  const settings = toEngineSettings(options.config, hostname());
  const log = createLog(options.config.log.level, settings.notifications.routerId);
  try {
    await composeAndRun(options, settings, log);
    return exitCodes.ok;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.write("error", "daemon.failed", { message });
    process.stderr.write(`gatepair: ${message}\n`);
    return exitCodes.failed;
  } finally {
    log.flush();
  }
}

/** The composition root: the one place that constructs, in order, and takes down in reverse. */
async function composeAndRun(
  options: DaemonOptions,
  settings: EngineSettings,
  log: Log,
): Promise<void> {
  const { config, runtimeDirectory, stateDirectory, version } = options;
  let engine: Engine | undefined;
  const post = (input: EngineInput) => engine?.post(input);

  await mkdir(runtimeDirectory, { recursive: true, mode: 0o750 });
  await mkdir(stateDirectory, { recursive: true, mode: 0o750 });
  const notify = systemdNotifier(takeFromEnvironment("NOTIFY_SOCKET"));
  const clock = bootClock();
  const startedAt = clock.now();
  const interfaceNames = settings.routers.flatMap(({ legs }) =>
    legs.flatMap((leg) => leg.addresses.map((address) => interfaceOf(leg, address))),
  );
  await prepareKernel(interfaceNames, log);
  const kernel = await openNetwork(post, log);
  const lookup = createLookup();
  const nginx = settings.nginx && (await openNginx(settings.nginx, runtimeDirectory, post, lookup));
  const background = createBackground(
    config,
    { spool: join(stateDirectory, "spool"), journal: join(stateDirectory, "journal") },
    {
      header: describeRecording(settings, version),
      taken: () => ({ at: clock.now(), time: wallClock.timestamp() }),
    },
    post,
  );
  const timers = createTimers();
  const hooks = createHookPort(config.notifications.hookTimeout, post);
  const checks = createCheckPort(post, lookup);

  engine = new Engine(settings, {
    clock,
    wallClock,
    timers,
    network: createNetworkPort(kernel, post, log),
    routes: createRoutePort(kernel.ownRoutes, post),
    nginx: nginx ?? { perform: () => {} },
    checks,
    files: createFilePort(post),
    mail: background.mailer,
    journal: background.journal,
    hooks,
    log,
  });
  const stopped = engine.untilStopped();
  const facts = { version, pid: process.pid, startedAt };
  const handler = createControlHandler(engine, background.mailer, facts);
  const control = await startControlServer(join(runtimeDirectory, socketName), handler);
  background.start();
  const filter = await openPacketFilter(settings, runtimeDirectory, post, log);
  engine.post({ type: "start" });
  log.write("info", "daemon.started", facts);
  const watchdog = feedWatchdog(notify, engine, takeFromEnvironment("WATCHDOG_USEC"));
  watchSignals((request) => {
    notify({ STOPPING: 1 });
    post({ type: "stop", ...request });
  });

  await stopped;
  watchdog.stop();
  timers.close();
  await checks.close();
  await filter.close();
  await control.close();
  await hooks.close();
  await background.close();
  await nginx?.close();
  await kernel.virtualLinks.removeAll();
  kernel.close();
  log.write("info", "daemon.stopped", {});
}

function describeRecording(settings: EngineSettings, version: string): RecordingHeader {
  const units = settings.routers.map(({ name, legs }) => ({ name, legs }));
  return { program: `gatepair ${version}`, routerId: settings.notifications.routerId, units };
}

/** What systemd says to us is not for the programs that we start (sd_notify(3)). */
function takeFromEnvironment(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  return value;
}
