/**
 * `make bench-boot`: how long a machine takes from its kernel's first moment to serving, the
 * appliance and a plain Debian with the same kernel, by the guests' clocks. Both boot at the same
 * time: whatever else this machine does then, it does to both. `--runs N` says how many turns.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectDirectory } from "../support/lab/host.ts";
import { startProber, type Prober } from "../support/lab/prober.ts";
import { monotonicNow, until } from "../support/lab/time.ts";
import { makeFatDisk } from "../support/vm/media.ts";
import { createVmLab, imagePath, type VmLab } from "../support/vm/vm-lab.ts";
import { bootLimit, type VmMachine } from "../support/vm/vm-machine.ts";
import { macs, referenceSeed, waitUntilStarted } from "../image/expectations.ts";
import { median, printTable } from "./statistics.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const turns = Number(values.runs);

interface Product {
  readonly name: string;
  readonly image: string;
  readonly mac: string;
  /** Address of the machine's own, which answers as soon as nginx does. */
  readonly address: string;
  /** The unit that is there for serving. */
  readonly unit: string;
}

/** Seconds since the guest's kernel began. */
interface BootFigures {
  readonly ready: number;
  readonly answered: number;
}

/** First boots make partitions, keys and identities; later ones find them. */
const boots = ["first boot", "later boot"] as const;
type Boot = (typeof boots)[number];

/** The guest's clock at a moment of this machine's: asked now, and counted back from now. */
async function onGuestClock(machine: VmMachine, moment: number): Promise<number> {
  await machine.shell();
  const before = monotonicNow();
  const uptime = Number((await machine.must("cat /proc/uptime")).split(" ")[0]);
  const now = (before + monotonicNow()) / 2;
  return uptime - (now - moment) / 1000;
}

async function firstAnswer({ answers }: Prober): Promise<number> {
  const find = () => answers.find(({ page }) => page !== undefined);
  return (await until({ what: "an answer", limit: bootLimit, every: 100 }, find)).ended;
}

async function measureBoot(lab: VmLab, machine: VmMachine, product: Product): Promise<BootFigures> {
  const { address, unit } = product;
  const prober = startProber(lab.client, { every: 50, timeout: 2000, address });
  machine.start();
  const answer = await firstAnswer(prober);
  prober.stop();
  const answered = await onGuestClock(machine, answer);
  await waitUntilStarted(machine);
  const microseconds = await machine.must(
    `systemctl show ${unit} -P ActiveEnterTimestampMonotonic`,
  );
  assert.notEqual(microseconds, "0", `${unit} is not active`);
  return { ready: Number(microseconds) / 1e6, answered };
}

type Results = ReadonlyMap<Product, Record<Boot, BootFigures[]>>;

async function measureTurn(results: Results, turn: string): Promise<void> {
  const lab = await createVmLab();
  try {
    const machines = [...results].map(([product, figures]) => {
      const seed = makeFatDisk(join(lab.media, `${product.name}.img`), referenceSeed("gw1"));
      const machine = lab.addMachine(product.name, {
        cards: [product.mac],
        drives: [{ file: seed, kind: "disk" }],
        image: product.image,
      });
      return { machine, product, figures };
    });
    for (const boot of boots) {
      await Promise.all(
        machines.map(async ({ machine, product, figures }) => {
          const seen = await measureBoot(lab, machine, product);
          figures[boot].push(seen);
          const text = `ready ${seen.ready.toFixed(1)} s, answers ${seen.answered.toFixed(1)} s`;
          console.log(`${turn}, ${product.name}, ${boot}: ${text}`);
        }),
      );
      await Promise.all(machines.map(({ machine }) => machine.shutDown()));
    }
  } finally {
    lab.close();
  }
}

function rowOf(results: Results, boot: Boot, figure: keyof BootFigures): string[] {
  const [ours = Number.NaN, plain = Number.NaN] = [...results.values()].map((all) =>
    median(all[boot].map((figures) => figures[figure])),
  );
  const name = `${boot}: kernel to ${figure === "ready" ? "ready" : "first answer"}`;
  return [name, ours.toFixed(1), plain.toFixed(1), (ours / plain).toFixed(2)];
}

const plainImage = join(projectDirectory, "build/image/plain/output/plain.raw");
const products: readonly Product[] = [
  {
    name: "gatepair",
    image: imagePath(),
    mac: macs.gw1,
    address: "172.16.178.138",
    unit: "gatepair.service",
  },
  {
    name: "plain",
    image: plainImage,
    mac: macs.gw2,
    address: "172.16.178.136",
    unit: "nginx.service",
  },
];
const results: Results = new Map(
  products.map((product) => [product, { "first boot": [], "later boot": [] }]),
);
for (let turn = 1; turn <= turns; turn += 1) {
  await measureTurn(results, `${turn} of ${turns}`);
}
console.log(`\nMedian of ${turns} boots, by the clock of the guest; ready: its unit is active\n`);
printTable([
  ["in s", "gatepair", "plain Debian", "ratio"],
  ...boots.flatMap((boot) => [rowOf(results, boot, "ready"), rowOf(results, boot, "answered")]),
]);
