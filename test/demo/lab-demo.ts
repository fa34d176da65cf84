/**
 * `make demo-lab`: the reference scenario in network namespaces, seen by a client. Exits with 1 when
 * a promise was broken.
 */
import { createLab, type Lab } from "../support/lab/lab.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { killNginx, pages } from "../support/lab/nginx.ts";
import { priorities, startGateway, startPair, stopPair } from "../support/lab/pair.ts";
import type { Pair, PairOptions } from "../support/lab/pair.ts";
import { startProber } from "../support/lab/prober.ts";
import { gatepairBinary, type Gatepair } from "../support/lab/gatepair.ts";
import { heading, kept, broken, note, say } from "./paint.ts";
import { Stage, type Witness } from "./stage.ts";

const page1 = pages["gw1"] ?? "";
const page2 = pages["gw2"] ?? "";

/** What people glue together today, in gatepair's words. */
const classicRecipe: PairOptions = {
  version: 2,
  interval: "1s",
  key: "1111",
  runOn: "active",
  onExit: "failover",
};

function witness(gatepair: Gatepair): Witness {
  return { name: gatepair.host.name, why: () => gatepair.why() };
}

interface Play {
  readonly lab: Lab;
  readonly stage: Stage;
}

function introduce(): void {
  heading("Gatepair: two gateways that act as one");
  for (const name of ["gw1", "gw2"] as const) {
    note(
      `${name}       ${ownAddresses[name]}  priority ${priorities[name]}, page "${pages[name]}"`,
    );
  }
  note(`the pair  ${virtualAddress}  an advertisement each second`);
  note(
    `client    ${ownAddresses.client}    asks the pair each 5 ms, on a new connection each time`,
  );
}

async function openPart(play: Play, options: PairOptions): Promise<Pair> {
  let pair: Pair | undefined;
  await play.stage.play({
    where: "both",
    deed: "gatepair run",
    act: async () => (pair = await startPair(play.lab, options)),
    page: page1,
    isStart: true,
    witness: () => witness(pair?.gw1 as Pair["gw1"]),
  });
  if (pair === undefined) throw new Error("the pair did not start");
  return pair;
}

async function playFailover(play: Play, options: PairOptions): Promise<void> {
  const pair = await openPart(play, options);
  await play.stage.play({
    where: "gw1",
    deed: "killall -9 nginx",
    act: () => killNginx(play.lab.gw1),
    page: page2,
    witness: () => witness(pair.gw1),
  });
  await play.stage.play({
    where: "gw1",
    deed: "gatepair nginx start",
    act: () => pair.gw1.command("nginx", "start"),
    page: page1,
    witness: () => witness(pair.gw1),
  });
  await stopPair(pair);
}

async function playRestart(play: Play): Promise<void> {
  heading("Part 2: nginx ends, and is back before anybody notices (on_exit: restart)");
  const pair = await openPart(play, { version: 3, interval: "1s", onExit: "restart" });
  await play.stage.play({
    where: "gw1",
    deed: "killall -9 nginx",
    act: () => killNginx(play.lab.gw1),
    page: page1,
    throughout: true,
    witness: () => witness(pair.gw1),
  });
  await playCrash(play, pair);
}

async function playCrash({ lab, stage }: Play, pair: Pair): Promise<void> {
  heading("Part 3: a whole host is lost, and comes back");
  let returned = pair.gw1;
  await stage.play({
    where: "gw1",
    deed: "power off",
    act: async () => lab.gw1.crash(),
    page: page2,
    witness: () => witness(pair.gw2),
  });
  await stage.play({
    where: "gw1",
    deed: "power on; gatepair run",
    act: async () => {
      await lab.gw1.reboot();
      returned = await startGateway(lab, "gw1", { version: 3, interval: "1s" });
    },
    page: page1,
    witness: () => witness(returned),
  });
  await stopPair({ gw1: returned, gw2: pair.gw2 });
}

async function main(): Promise<number> {
  gatepairBinary();
  introduce();
  const lab = await createLab();
  const prober = startProber(lab.client);
  const stage = new Stage(prober);
  const play = { lab, stage };
  heading("Part 1: nginx ends, and the other host takes over (on_exit: failover)");
  await playFailover(play, { version: 3, interval: "1s", onExit: "failover" });
  await playRestart(play);
  heading(
    "Part 4: as keepalived is often set up: VRRP version 2, password 1111, nginx with the role",
  );
  await playFailover(play, classicRecipe);
  prober.stop();
  lab.close();
  say();
  if (stage.failures === 0) kept("all as promised");
  else broken(`${stage.failures} of the promises above were broken`);
  return stage.failures === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  broken(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
