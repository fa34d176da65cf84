import type { HealthThreshold, HealthThresholds } from "#alerts/health-thresholds.ts";
import { seconds } from "#base/time.ts";
import type {
  CheckConfig,
  Config,
  HealthConfig,
  HookConfig,
  NginxConfig,
  NotificationsConfig,
} from "#config/config.ts";
import type {
  CheckSettings,
  EngineSettings,
  HookSettings,
  NotificationSettings,
} from "#engine/settings.ts";
import type { NginxSettings } from "#nginx/settings.ts";
import { phaseOf } from "#tracking/phase.ts";
import { toRouterSettings } from "./router-settings.ts";

/** From the start of nginx to its first answer; large certificates and maps take their time. */
const nginxStartLimit = seconds(10);

/** A digest names so many of the first and of the last events. */
const digestEnds = 10;

/** A threshold counts as left again this far below it, so that a figure at it does not flap. */
const hysteresis = 0.95;

/** The configuration in the words of the rooms that use it. */
export function toEngineSettings(config: Config, hostName: string): EngineSettings {
  return {
    notifications: toNotificationSettings(config.notifications, config.routerId ?? hostName),
    routers: toRouterSettings(config),
    interfaceDelays: new Map(
      config.interfaces.map(({ name, upDelay, downDelay }) => {
        return [name, { up: upDelay, down: downDelay }];
      }),
    ),
    nginx: config.nginx && toNginxSettings(config.nginx),
    health: toHealthThresholds(config.health),
    checks: config.checks.map(toCheckSettings),
  };
}

function toCheckSettings(
  { probe, ...rules }: CheckConfig,
  index: number,
  { length }: readonly CheckConfig[],
): CheckSettings {
  const phase = phaseOf(index, length, rules.interval);
  if (probe.type !== "script") return { ...rules, phase, probe };
  const { program, args } = probe.command;
  return { ...rules, phase, probe: { ...probe, command: [program, ...args] } };
}

function toNotificationSettings(
  { smtp, mailLimit, hooks }: NotificationsConfig,
  routerId: string,
): NotificationSettings {
  const limit = { mails: mailLimit.messages, window: mailLimit.per, keep: digestEnds };
  return { routerId, mailLimit: smtp && limit, hooks: toHookSettings(hooks) };
}

function toHookSettings({ active, backup, fault }: NotificationsConfig["hooks"]): HookSettings {
  const command = ({ program, args }: HookConfig) => [program, ...args];
  return {
    ...(active && { active: command(active) }),
    ...(backup && { backup: command(backup) }),
    ...(fault && { fault: command(fault) }),
  };
}

function toNginxSettings({ probe, ...rest }: NginxConfig): NginxSettings {
  return { ...rest, probe: probe === "none" ? undefined : probe, startLimit: nginxStartLimit };
}

function toHealthThresholds({ disk, memory, load, temperature }: HealthConfig): HealthThresholds {
  return {
    diskUsedPercent: toThreshold(disk.thresholdPercent, disk.lowerPriority),
    memoryUsedPercent: toThreshold(memory.thresholdPercent, memory.lowerPriority),
    loadPerCpu: toThreshold(load.thresholdPerCpu, load.lowerPriority),
    cpuTemperature: toThreshold(temperature.thresholdCelsius, temperature.lowerPriority),
  };
}

function toThreshold(limit: number, lowerPriority: number | undefined): HealthThreshold {
  return { limit, clearBelow: limit * hysteresis, lowerPriority: lowerPriority ?? 0 };
}
