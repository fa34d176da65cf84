import type { Lab } from "../support/lab/lab.ts";
import { installNginx, startNginx } from "../support/lab/nginx.ts";
import { startKeepalived } from "../support/lab/keepalived.ts";
import { priorities, startPair } from "../support/lab/pair.ts";
import { makeRealTime, realTimePriority } from "./real-time.ts";

export const productNames = ["gatepair", "keepalived"] as const;
export type ProductName = (typeof productNames)[number];

/** Milliseconds between two looks at nginx: of keepalived's script, and of nginx.probe by default. */
export const checkInterval = 1000;

/** A way to make a pair out of two hosts; both answer with nginx on both. */
export interface Product {
  readonly name: ProductName;
  /** Who answers after nginx on the Active host was killed. */
  readonly servesAfterNginxDeath: "gw1" | "gw2";
  /** VRRP version 3 with this Advertisement_Interval, in milliseconds. */
  start(lab: Lab, interval: number): Promise<void>;
}

/** As it is by default: nginx is started again at once, and the role stays. */
const gatepair: Product = {
  name: "gatepair",
  servesAfterNginxDeath: "gw1",
  async start(lab, interval) {
    const pair = await startPair(lab, { version: 3, interval: `${interval}ms` });
    for (const { process } of [pair.gw1, pair.gw2]) makeRealTime(process.pid);
  },
};

/** As its users have it: a script that looks for nginx each second, of weight 0, which is a fault. */
const keepalived: Product = {
  name: "keepalived",
  servesAfterNginxDeath: "gw2",
  async start(lab, interval) {
    for (const name of ["gw1", "gw2"] as const) {
      installNginx(lab[name]);
      await startNginx(lab[name]);
      const options = { version: 3, interval, priority: priorities[name], nginxWeight: 0 } as const;
      await startKeepalived(lab[name], { ...options, realTimePriority });
    }
  },
};

export const products: readonly Product[] = [gatepair, keepalived];
