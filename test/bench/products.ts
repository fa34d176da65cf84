import type { Lab } from "../support/lab/lab.ts";
import { installNginx, startNginx } from "../support/lab/nginx.ts";
import { startKeepalived } from "../support/lab/keepalived.ts";
import { priorities, startPair } from "../support/lab/pair.ts";

/** Timers of one comparison. */
export interface Timers {
  readonly version: 2 | 3;
  /** Milliseconds. */
  readonly interval: number;
}

/** A way to make a pair out of two hosts; both answer with nginx on both. */
export interface Product {
  readonly name: "gatepair" | "keepalived";
  start(lab: Lab, timers: Timers): Promise<void>;
}

const password = "1111";

export const gatepair: Product = {
  name: "gatepair",
  async start(lab, { version, interval }) {
    const key = version === 2 ? { key: password } : {};
    const written = interval % 1000 === 0 ? `${interval / 1000}s` : `${interval}ms`;
    await startPair(lab, { version, interval: written, ...key });
  },
};

export const keepalived: Product = {
  name: "keepalived",
  async start(lab, timers) {
    const authentication = timers.version === 2 ? { password } : {};
    for (const name of ["gw1", "gw2"] as const) {
      installNginx(lab[name]);
      await startNginx(lab[name]);
      await startKeepalived(lab[name], {
        ...timers,
        ...authentication,
        priority: priorities[name],
      });
    }
  },
};
