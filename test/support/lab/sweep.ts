import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  labsDirectory,
  listDirectory,
  machinesDirectory,
  netnsDirectory,
  parseLabId,
} from "./names.ts";
import { removeNamespace } from "./network.ts";
import { isAlive, listPids, readProc } from "./process-table.ts";

/** What labs left behind whose owner no longer lives. */
export interface Leftovers {
  readonly namespaces: string[];
  readonly processes: number[];
  readonly mounts: string[];
  readonly directories: string[];
}

function isOrphaned(text: string): boolean {
  const lab = parseLabId(text);
  return lab !== undefined && !isAlive(lab.owner);
}

/**
 * The disk of a lab host is an overlay that only the processes there have mounted. The names of
 * network namespaces prove nothing: their mounts show in every process of the machine.
 */
function runsInOrphanedLab(pid: number): boolean {
  const disks = readProc(pid, "mountinfo")
    .split("\n")
    .filter((line) => line.includes("upperdir="));
  return disks.some(isOrphaned);
}

/** QEMU, and what becomes QEMU in a moment: `-name` is that of the lab's machine. */
function isOrphanedMachine(pid: number): boolean {
  const args = readProc(pid, "cmdline").split("\0");
  const name = args[args.indexOf("-name") + 1];
  return args.includes("-name") && name !== undefined && isOrphaned(name);
}

function findOrphanedDirectories(): string[] {
  return [labsDirectory(), machinesDirectory].flatMap((parent) =>
    listDirectory(parent)
      .filter(isOrphaned)
      .map((name) => join(parent, name)),
  );
}

export function findLeftovers(): Leftovers {
  const mounts = readProc("self", "mountinfo").split("\n").filter(isOrphaned);
  return {
    namespaces: listDirectory(netnsDirectory).filter(isOrphaned),
    processes: listPids().filter(
      (pid) => isAlive(pid) && (runsInOrphanedLab(pid) || isOrphanedMachine(pid)),
    ),
    mounts: mounts.filter((line) => !line.includes(netnsDirectory)),
    directories: findOrphanedDirectories(),
  };
}

/** Two processes may sweep the same lab: what is gone already is no mistake. */
function attempt(remove: () => void): void {
  try {
    remove();
  } catch {
    // The other one was first; what really stays is found by the next look.
  }
}

/**
 * Removes the names that killed runs have left. Never ends a process: those of a lab die with its
 * owner (host.ts), and one that did not is for findLeftovers to report.
 */
export function sweepDeadLabs(): void {
  const left = findLeftovers();
  for (const netns of left.namespaces) attempt(() => removeNamespace(netns));
  for (const path of left.directories) {
    attempt(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  }
}
