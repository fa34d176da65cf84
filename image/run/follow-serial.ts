/** The serial line as it grows. */
import { openSync, closeSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { VirtualMachine } from "./virtual-machine.ts";

const pollMs = 200;

/** Hands over what the guest writes, as it writes it, until the machine ends. */
export async function followSerial(
  machine: VirtualMachine,
  show: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let offset = 0;
  for (;;) {
    // Asked before reading: what came last is still shown.
    const ended = machine.process.exitCode !== null || machine.process.signalCode !== null;
    const bytes = readFrom(machine.serialLog, offset);
    offset += bytes.length;
    if (bytes.length > 0) show(decoder.decode(bytes, { stream: true }));
    if (ended) return;
    await sleep(pollMs);
  }
}

function readFrom(path: string, offset: number): Uint8Array {
  const buffer = new Uint8Array(65_536);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return new Uint8Array();
  }
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, offset));
  } finally {
    closeSync(file);
  }
}
