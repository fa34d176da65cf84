import { describe, test, type TestContext } from "node:test";
import { labFor } from "../support/lab/fixture.ts";
import { startKeepalived } from "../support/lab/keepalived.ts";
import type { Lab } from "../support/lab/lab.ts";
import { installNginx, startNginx } from "../support/lab/nginx.ts";
import { priorities, startGateway } from "../support/lab/pair.ts";
import {
  waitUntilHeldOnlyBy,
  electionLimit,
  fastInterval,
  fastTimers,
  page1,
  page2,
  version2Timers,
} from "./expectations.ts";

type HostRole = "gw1" | "gw2";
type Program = "gatepair" | "keepalived";

interface Mix {
  readonly version: 2 | 3;
  readonly gw1: Program;
  readonly gw2: Program;
}

/** The same timers and password on both, as each of them writes it. */
async function start(lab: Lab, name: HostRole, mix: Mix): Promise<void> {
  if (mix[name] === "gatepair") {
    await startGateway(lab, name, mix.version === 2 ? version2Timers : fastTimers);
    return;
  }
  installNginx(lab[name]);
  await startNginx(lab[name]);
  const timers =
    mix.version === 2 ? { interval: 1000, password: "1111" } : { interval: fastInterval };
  await startKeepalived(lab[name], { version: mix.version, priority: priorities[name], ...timers });
}

async function playElectionFailoverAndReturn(t: TestContext, mix: Mix): Promise<void> {
  const { lab, prober } = await labFor(t);
  await Promise.all([start(lab, "gw1", mix), start(lab, "gw2", mix)]);
  await prober.waitFor(page1, electionLimit);
  await waitUntilHeldOnlyBy(lab, lab.gw1);

  lab.gw1.crash();
  await prober.waitFor(page2, electionLimit);

  await lab.gw1.reboot();
  await start(lab, "gw1", mix);
  await prober.waitFor(page1, electionLimit);
  await waitUntilHeldOnlyBy(lab, lab.gw1);
}

// No timing is asserted: the labs may run beside each other.
describe("election, failover and return with keepalived", { concurrency: true }, () => {
  for (const version of [2, 3] as const) {
    test(`as the second host, version ${version}`, async (t) => {
      await playElectionFailoverAndReturn(t, { version, gw1: "gatepair", gw2: "keepalived" });
    });

    test(`as the first host, version ${version}`, async (t) => {
      await playElectionFailoverAndReturn(t, { version, gw1: "keepalived", gw2: "gatepair" });
    });
  }
});
