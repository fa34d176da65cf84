/**
 * `make demo`: the reference scenario with two virtual machines from the image, seen by a client.
 * Each machine has only its first-boot file. Exits with 1 when a promise was broken.
 */
import { findAccelerator } from "../../image/run/accelerator.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { pages } from "../support/lab/nginx.ts";
import { startPatientProber } from "../support/vm/fixture.ts";
import { imagePath } from "../support/vm/vm-lab.ts";
import { bootLimit, type VmMachine } from "../support/vm/vm-machine.ts";
import { broken, heading, kept, note, say } from "./paint.ts";
import { Stage, type Scene, type Witness } from "./stage.ts";
import { createVmPair, type VmPair } from "./vm-pair.ts";
import { watchBoot } from "./watch-boot.ts";

const page1 = pages["gw1"] ?? "";
const page2 = pages["gw2"] ?? "";

/** Emulated machines take their time for everything. */
const failoverLimit = 60_000;

function witness(machine: VmMachine): Witness {
  return {
    name: machine.shortName,
    async why() {
      const status = JSON.parse(await machine.must("gatepair status --json")) as {
        virtual_routers: { why: string }[];
      };
      return status.virtual_routers[0]?.why ?? "no virtual router in the status";
    },
  };
}

async function introduce(): Promise<void> {
  const accelerator = await findAccelerator(imagePath());
  heading("Gatepair: two virtual machines that act as one");
  note(`gw1       ${ownAddresses.gw1}  priority 100, its first-boot file on a disc`);
  note(`gw2       ${ownAddresses.gw2}  priority 90, its first-boot file on the flashed disk`);
  note(`the pair  ${virtualAddress}  an advertisement each second`);
  note(
    `client    ${ownAddresses.client}    asks the pair each 50 ms, on a new connection each time`,
  );
  note(
    accelerator === "kvm"
      ? "both run under KVM"
      : "no KVM here: both are emulated, and a boot takes a minute or two",
  );
}

type Act = Pick<Scene, "where" | "deed" | "act" | "page"> & Partial<Scene>;

function scenes({ gw1, gw2 }: VmPair): Act[] {
  return [
    {
      where: "gw1",
      deed: "kill -9 nginx (on_exit: restart)",
      act: () => gw1.must("kill -9 $(pgrep nginx)"),
      page: page1,
      throughout: true,
    },
    {
      where: "gw1",
      deed: "gatepair nginx stop",
      act: () => gw1.must("gatepair nginx stop"),
      page: page2,
    },
    {
      where: "gw1",
      deed: "gatepair nginx start",
      act: () => gw1.must("gatepair nginx start"),
      page: page1,
    },
    {
      where: "gw1",
      deed: "power off, hard",
      act: () => gw1.powerOff(),
      page: page2,
      witness: () => witness(gw2),
    },
    { where: "gw1", deed: "power on", act: () => boot([gw1]), page: page1, limit: bootLimit },
  ];
}

let stopWatching = (): void => undefined;

async function boot(machines: readonly VmMachine[]): Promise<void> {
  for (const machine of machines) machine.start();
  stopWatching();
  stopWatching = watchBoot(machines);
}

async function main(): Promise<number> {
  await introduce();
  const pair = await createVmPair("reference");
  const { lab, gw1, gw2 } = pair;
  const prober = startPatientProber(lab);
  const stage = new Stage(prober);
  const start: Act = {
    where: "both",
    deed: "power on",
    act: () => boot([gw1, gw2]),
    page: page1,
    isStart: true,
    limit: bootLimit,
  };
  for (const scene of [start, ...scenes(pair)]) {
    await stage.play({ limit: failoverLimit, witness: () => witness(gw1), ...scene });
    stopWatching();
  }
  prober.stop();
  lab.close();
  say();
  if (stage.failures === 0) kept("all as promised");
  else broken(`${stage.failures} of the promises above were broken`);
  return stage.failures === 0 ? 0 : 1;
}

try {
  // Whatever still wants to run, such as a shell in a machine that is gone, has nothing to do.
  process.exit(await main());
} catch (error) {
  broken(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
