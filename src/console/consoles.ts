import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** A screen that is drawn on; all others print lines. tty0 is whichever is in front. */
export function isVirtualTerminal(path: string): boolean {
  return /^\/dev\/tty\d+$/.test(path);
}

/**
 * The terminals of this machine: its consoles, as the kernel command line names them (`tty0 ttyS0`:
 * Documentation/ABI/testing/sysfs-tty), and in any case the screen in front of the machine.
 */
export async function listConsoles(): Promise<string[]> {
  const active = await readFile("/sys/class/tty/console/active", "utf8").catch(() => "");
  const screen = existsSync("/sys/class/tty/tty1") ? ["/dev/tty1"] : [];
  return chooseConsoles(active, screen);
}

export function chooseConsoles(active: string, screens: readonly string[]): string[] {
  const named = active.split(/\s+/).filter((name) => name !== "");
  const paths = named.map((name) => (name === "tty0" ? "/dev/tty1" : `/dev/${name}`));
  return [...new Set([...screens, ...paths])];
}
