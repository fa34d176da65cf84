/** The ESP of a machine's disk, looked at from outside while the machine is off. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { findPartition } from "./gpt.ts";

const kernels = "::/EFI/Linux";

function espOf(disk: string): string[] {
  return ["-i", `${disk}@@${findPartition(disk, "ESP").offset}`];
}

/** File names of the unified kernel images; their counters are systemd-boot's, in the name. */
export function listKernels(disk: string): string[] {
  const list = execFileSync("mdir", ["-b", ...espOf(disk), kernels], { encoding: "utf8" });
  return list
    .split("\n")
    .filter(Boolean)
    .map((path) => path.split("/").at(-1) ?? "");
}

export function renameKernel(disk: string, from: string, to: string): void {
  execFileSync("mren", [...espOf(disk), `${kernels}/${from}`, to]);
}

/** Puts a second version beside the first: the same image under another name. */
export function copyKernel(disk: string, from: string, to: string): void {
  const temporary = `${disk}.uki`;
  execFileSync("mcopy", [...espOf(disk), `${kernels}/${from}`, temporary]);
  execFileSync("mcopy", [...espOf(disk), temporary, `${kernels}/${to}`]);
  rmSync(temporary);
}
