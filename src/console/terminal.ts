import { closeSync, constants, openSync, writeSync } from "node:fs";
import { WriteStream, isatty } from "node:tty";

import { elapsed, instant, milliseconds, seconds } from "#base/time.ts";
import type { Instant } from "#base/time.ts";

import type { Size } from "./fit-screen.ts";

const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const reopenInterval = seconds(30);
const firstRetry = milliseconds(50);
const longestRetry = milliseconds(5000);
const usualSize: Size = { rows: 25, columns: 80 };

/**
 * A terminal that nobody may be listening to. Nothing here ever waits for it: what a serial line
 * with flow control does not take stays here, one block at most, and is tried again now and then.
 */
export class Terminal {
  readonly path: string;
  #descriptor: number | undefined;
  #triedAt: Instant | undefined;
  #pending = Buffer.alloc(0);
  #window: WriteStream | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Whether the last text is still on its way: then there is no use in another. */
  get isBusy(): boolean {
    return this.#pending.length > 0;
  }

  /** Opens it when that is due; answers whether it can be written to. */
  open(now: Instant): boolean {
    if (this.#descriptor !== undefined) return true;
    if (this.#triedAt !== undefined && elapsed(this.#triedAt, now) < reopenInterval) return false;
    this.#triedAt = now;
    try {
      this.#descriptor = openSync(this.path, flags);
      return true;
    } catch {
      return false;
    }
  }

  /** Answers whether it was taken, whole or in parts that follow. */
  write(text: string): boolean {
    this.#pending = Buffer.from(text);
    return this.#drain(firstRetry);
  }

  get size(): Size {
    // Kept for good: each new one would cost descriptors that only Node knows of.
    this.#window ??= openWindow(this.path);
    const [columns, rows] = this.#window?.getWindowSize() ?? [0, 0];
    return rows > 0 && columns > 0 ? { rows, columns } : usualSize;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#pending = Buffer.alloc(0);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #drain(retry: number): boolean {
    const before = this.#pending.length;
    try {
      while (this.#pending.length > 0 && this.#descriptor !== undefined) {
        this.#pending = this.#pending.subarray(writeSync(this.#descriptor, this.#pending));
      }
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
        // Such as EIO: there is nothing behind it, or it was unplugged.
        this.close();
        return false;
      }
      const next = this.#pending.length < before ? firstRetry : Math.min(2 * retry, longestRetry);
      this.#timer = setTimeout(() => this.#drain(next), next);
      return true;
    }
  }
}

/** For TIOCGWINSZ, on a descriptor of its own: Node makes the one that it asks blocking. */
function openWindow(path: string): WriteStream | undefined {
  try {
    const descriptor = openSync(path, flags);
    if (isatty(descriptor)) return new WriteStream(descriptor).unref();
    closeSync(descriptor);
    return undefined;
  } catch {
    return undefined;
  }
}

export function monotonicNow(): Instant {
  return instant(performance.now());
}
