import type { TestContext } from "node:test";
import { startProber, type Prober } from "../lab/prober.ts";
import { createVmLab, type Flavour, type VmLab } from "./vm-lab.ts";
import type { VmMachine } from "./vm-machine.ts";

const shownLines = 60;
const lookInside =
  "systemctl --failed --no-legend; journalctl -b --no-pager -p warning -n 40; ip -br address";

/** What a failed test wants to know of a machine: its console, and a look inside if it answers. */
async function describeMachine(machine: VmMachine): Promise<string> {
  const console = machine.console().trimEnd().split("\n").slice(-shownLines).join("\n");
  const inside = machine.isOn
    ? await machine
        .shell(5000)
        .then((shell) => shell.run(lookInside, 20_000))
        .catch(String)
    : "off";
  const seen = typeof inside === "string" ? inside : inside.output;
  return `--- ${machine.name}: console\n${console}\n--- ${machine.name}: inside\n${seen}`;
}

/** What there is to say about all machines of a lab. */
export async function describeMachines(lab: VmLab): Promise<string> {
  const texts: string[] = [];
  for (const machine of lab.machines) texts.push(await describeMachine(machine));
  return texts.join("\n");
}

/** A lab of virtual machines for one test, removed when it ends. */
export async function vmLabFor(t: TestContext, flavour: Flavour = "vm"): Promise<VmLab> {
  const lab = await createVmLab(flavour);
  t.after(async () => {
    try {
      if (!t.passed) t.diagnostic(await describeMachines(lab));
    } finally {
      lab.close();
    }
  });
  return lab;
}

/** The client of a lab of emulated machines: less eager, and with more patience. */
export function startPatientProber(lab: VmLab, address?: string): Prober {
  const pace = { every: 50, timeout: 2000, maxRuntime: 60 * 60_000 };
  return startProber(lab.client, address === undefined ? pace : { ...pace, address });
}
