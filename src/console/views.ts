import { elapsed, seconds } from "#base/time.ts";
import type { Instant } from "#base/time.ts";

import { fitScreen, listLines } from "./fit-screen.ts";
import type { Size } from "./fit-screen.ts";
import type { Line, Tone } from "./line.ts";
import { materialOf } from "./screen.ts";
import type { Screen } from "./screen.ts";

/** Decides when a terminal is written to, and what. */
export interface View {
  /** What to write now, if anything. */
  update(screen: Screen, now: Instant, size: Size): string | undefined;
  /** What was written was lost: the next update writes all of it. */
  forget(): void;
}

/** A line of the kernel stays over the screen for no longer than this. */
const redrawInterval = seconds(30);

/** A screen is drawn again when its content changed, in place, without a flicker. */
export function createScreenView(): View {
  let shown: { frame: string; at: Instant } | undefined;
  return {
    update(screen, now, size) {
      const frame = drawFrame(fitScreen(screen, size));
      if (shown?.frame === frame && elapsed(shown.at, now) < redrawInterval) return undefined;
      shown = { frame, at: now };
      return frame;
    },
    forget: () => (shown = undefined),
  };
}

/** Select Graphic Rendition (console_codes(4)). */
const renditions: Readonly<Record<Tone, string>> = {
  plain: "",
  good: "\u001b[32m",
  warning: "\u001b[33m",
  bad: "\u001b[1;31m",
};

/** Home, each line cleared to its end, then what is below (console_codes(4)). No cursor. */
function drawFrame(lines: readonly Line[]): string {
  const rows = lines.map(({ text, tone }) => {
    const rendition = renditions[tone];
    return rendition === "" ? `${text}\u001b[K` : `${rendition}${text}\u001b[0m\u001b[K`;
  });
  return `\u001b[?25l\u001b[0m\u001b[H${rows.join("\r\n")}\u001b[J`;
}

/** A serial line carries 11 kB in a second, and a flapping thing must not fill a log. */
const logInterval = seconds(2);

/** Of a line whose output may be a log: the whole block, when something happened. */
export function createLogView(): View {
  let logged: { material: string; at: Instant } | undefined;
  return {
    update(screen, now) {
      const material = materialOf(screen);
      if (logged?.material === material) return undefined;
      if (logged !== undefined && elapsed(logged.at, now) < logInterval) return undefined;
      logged = { material, at: now };
      return formatBlock(screen);
    },
    forget: () => (logged = undefined),
  };
}

/** Lines between two rules, so that a block is found in a log among the lines of others. */
export function formatBlock(screen: Screen): string {
  const lines = listLines(screen).map(({ text }) => text);
  return ["", "---- gatepair ----", ...lines, "----", ""].join("\n");
}
