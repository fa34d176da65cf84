/** Shows how far machines are on their way up: lines of their consoles that say something. */
import type { VmMachine } from "../support/vm/vm-machine.ts";
import { monotonicNow } from "../support/lab/time.ts";
import { note } from "./paint.ts";

const pollMs = 500;
const longestLine = 100;

const telling = [
  /BdsDxe: starting \S+/,
  /gatepair firstboot: (?!looked at|  )\S.*/,
  /Reached target (initrd|sysinit|network|multi-user)\.target/,
  /Starting gatepair\.service/,
  /Started gatepair\.service/,
];

function tellingPart(line: string): string | undefined {
  return telling.map((pattern) => pattern.exec(line)?.[0]).find((part) => part !== undefined);
}

/** Prints until the answer is called. */
export function watchBoot(machines: readonly VmMachine[]): () => void {
  const start = monotonicNow();
  const shown = new Map<VmMachine, number>();
  const look = (machine: VmMachine): void => {
    const text = machine.console();
    const end = text.lastIndexOf("\n") + 1;
    const news = text.slice(shown.get(machine) ?? 0, end);
    shown.set(machine, end);
    for (const part of news.split("\n").map(tellingPart)) {
      if (part === undefined) continue;
      const second = ((monotonicNow() - start) / 1000).toFixed(0).padStart(4);
      note(`${second} s  ${machine.shortName}  ${part.slice(0, longestLine)}`);
    }
  };
  const timer = setInterval(() => machines.forEach(look), pollMs);
  return () => clearInterval(timer);
}
