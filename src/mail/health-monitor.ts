import type { HealthFigures } from "#alerts/health-thresholds.ts";
import type { HealthSettings } from "./background-messages.ts";
import type { BackgroundThread } from "./background-thread.ts";

export interface HealthMonitorOptions {
  readonly thread: BackgroundThread;
  /** Undefined when the machine is not watched. */
  readonly settings: HealthSettings | undefined;
  readonly onFigures: (figures: HealthFigures) => void;
}

/** The main thread's end of the machine's health. */
export class HealthMonitor {
  readonly #thread: BackgroundThread;
  #settings: HealthSettings | undefined;

  constructor({ thread, settings, onFigures }: HealthMonitorOptions) {
    this.#thread = thread;
    this.#settings = settings;
    thread.addUser({
      onStart: () => this.reconfigure(this.#settings),
      onReply: (reply) => {
        if (reply.type === "health") onFigures(reply.figures);
      },
    });
  }

  reconfigure(settings: HealthSettings | undefined): void {
    this.#settings = settings;
    this.#thread.post({ type: "configure-health", settings });
  }
}
