import { setTimeout as sleep } from "node:timers/promises";

import { exitCodes } from "#base/exit-codes.ts";
import { milliseconds } from "#base/time.ts";
import { refuseUsage } from "#cli/ask.ts";
import type { Command } from "#cli/command.ts";
import { defaultConfig, readArguments, runtimeOption } from "#cli/options.ts";
import { reportPath } from "#firstboot/report.ts";

import { isVirtualTerminal, listConsoles } from "./consoles.ts";
import { FactReader } from "./fact-reader.ts";
import { makeScreen } from "./screen.ts";
import type { Screen } from "./screen.ts";
import { monotonicNow, Terminal } from "./terminal.ts";
import { readUnitState } from "./unit-state.ts";
import { createLogView, createScreenView, formatBlock } from "./views.ts";
import type { View } from "./views.ts";

const usage = `gatepair console [--tty PATH]... [--once] [--config FILE] [--runtime-dir DIR] [--report FILE]
  Shows on the terminals of this machine what it is, does and waits for, and what is wrong.
  --tty     where; several times for several (tty1 and the consoles of the kernel)
  --once    print it once to standard output`;

/** Each look costs the daemon a little work too. */
const pollInterval = milliseconds(2000);

export const console: Command = {
  summary: "show on the machine's own terminals what it does, and what is wrong",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, {
      ...runtimeOption,
      tty: { type: "string", multiple: true },
      once: { type: "boolean" },
      config: { type: "string", default: defaultConfig },
      report: { type: "string", default: reportPath },
    });
    if (parsed === undefined || parsed.positionals.length > 0) return refuseUsage(usage, io);
    const { config, report, once, tty, "runtime-dir": runtimeDirectory } = parsed.values;
    const reader = new FactReader({ runtimeDirectory, config, report }, readUnitState);
    if (once === true) {
      io.stdout.write(formatBlock(makeScreen(await reader.read(monotonicNow()))));
      return exitCodes.ok;
    }
    return showAlways(reader, tty ?? (await listConsoles()));
  },
};

interface Display {
  readonly terminal: Terminal;
  readonly view: View;
  readonly isScreen: boolean;
}

async function showAlways(reader: FactReader, paths: readonly string[]): Promise<number> {
  const displays = paths.map(createDisplay);
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => stopping.abort());
  }
  while (!stopping.signal.aborted) {
    const screen = makeScreen(await reader.read(monotonicNow()));
    for (const display of displays) show(display, screen);
    await sleep(pollInterval, undefined, { signal: stopping.signal }).catch(() => {});
  }
  for (const display of displays) leave(display);
  return exitCodes.ok;
}

function createDisplay(path: string): Display {
  const isScreen = isVirtualTerminal(path);
  const view = isScreen ? createScreenView() : createLogView();
  return { terminal: new Terminal(path), view, isScreen };
}

function show({ terminal, view, isScreen }: Display, screen: Screen): void {
  const now = monotonicNow();
  if (!terminal.open(now) || terminal.isBusy) return;
  const text = view.update(screen, now, isScreen ? terminal.size : { rows: 0, columns: 0 });
  if (text !== undefined && !terminal.write(text)) view.forget();
}

/** What comes after us finds a cursor. */
function leave({ terminal, isScreen }: Display): void {
  if (isScreen && terminal.open(monotonicNow())) terminal.write("\u001b[?25h\r\n");
  terminal.close();
}
