import { setTimeout as delay } from "node:timers/promises";
import type { HealthFigures } from "#alerts/health-thresholds.ts";
import type { HealthSettings } from "./background-messages.ts";
import { readCpuTemperature, readHealthFigures } from "./machine-health.ts";

const temperatureInterval = 60_000;

/** Looks at the machine again and again, never twice at the same time. */
export class HealthPoller {
  readonly #onFigures: (figures: HealthFigures) => void;
  #stop = new AbortController();
  #temperature: number | undefined;
  #temperatureDue = 0;

  constructor(onFigures: (figures: HealthFigures) => void) {
    this.#onFigures = onFigures;
  }

  /** Undefined stops the polling. */
  configure(settings: HealthSettings | undefined): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    if (settings !== undefined) void this.#poll(settings, this.#stop.signal);
  }

  async #poll(settings: HealthSettings, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.#refreshTemperature();
      const figures = await readHealthFigures(settings.diskPaths, this.#temperature);
      if (!stop.aborted) this.#onFigures(figures);
      await delay(settings.interval, undefined, { signal: stop }).catch(() => {});
    }
  }

  async #refreshTemperature(): Promise<void> {
    if (performance.now() < this.#temperatureDue) return;
    this.#temperatureDue = performance.now() + temperatureInterval;
    this.#temperature = await readCpuTemperature();
  }
}
