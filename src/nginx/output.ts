import { milliseconds } from "#base/time.ts";
import { parseErrorLogLine, tellsOfWorker, takenAddress } from "./error-log.ts";
import type { ErrorLogLine } from "./error-log.ts";
import type { PortHolderEvent } from "./events.ts";
import { markFault } from "./failure.ts";
import { act, answer, arm, cancel, run, stay, update } from "./parts.ts";
import { handleWorkersStarted } from "./probing.ts";
import type { Context, NginxState, NginxStep, Part } from "./state.ts";
import { describeTakenPort } from "./texts.ts";

/** How many of the last lines are kept for the status. */
const keptLines = 20;

export function handleSaid(line: string, context: Context): Part {
  return (state) => {
    const lines = [...state.lines, line].slice(-keptLines);
    const parsed = parseErrorLogLine(line);
    return run(state, update({ lines }), parsed === undefined ? stay : readLine(parsed, context));
  };
}

/** nginx gives new workers 100 ms to start before it tells the old ones to leave. */
const oldWorkersLeave = milliseconds(150);

/** Only the master's own lines tell anything; workers of an earlier one write here as well. */
function readLine(line: ErrorLogLine, context: Context): Part {
  return (state) => {
    if (state.phase.name !== "running" || line.pid !== state.phase.pid) return stay(state);
    if (line.level === "emerg") return run(state, readEmergency(line.message));
    if (line.message === "reconfiguring") return run(state, noteReconfiguring);
    if (!tellsOfWorker(line.message)) return stay(state);
    return run(state, handleWorkersStarted(context), confirmReload);
  };
}

function readEmergency(message: string): Part {
  return (state) => {
    const reloading = state.command?.command === "reload" && state.command.reload !== "asked";
    if (reloading) return run(state, cancel("reload"), answer(false, `nginx: ${message}`));
    return noteProblem(state, message);
  };
}

function noteProblem(state: NginxState, message: string): NginxStep {
  const { phase } = state;
  if (phase.name !== "running" || phase.answered) return stay(state);
  const noted = update({ problem: state.problem ?? message });
  const address = takenAddress(message);
  if (address === undefined || state.portAsked) return run(state, noted);
  const ask = act({ type: "find-port-holder", pid: phase.pid, address });
  return run(state, noted, update({ portAsked: true }), ask);
}

const noteReconfiguring: Part = (state) => {
  if (state.command?.command !== "reload") return stay(state);
  return run(state, update({ command: { ...state.command, reload: "reconfiguring" } }));
};

const confirmReload: Part = (state) => {
  if (state.command?.command !== "reload" || state.command.reload !== "reconfiguring") {
    return stay(state);
  }
  const command = { ...state.command, reload: "taken" } as const;
  return run(state, update({ command }), arm("reload", oldWorkersLeave));
};

/** nginx itself tries to bind for 2.5 s; a holder that is known is a fault before that. */
export function handlePortHolder(event: PortHolderEvent): Part {
  return (state) => {
    const { phase } = state;
    if (phase.name !== "running" || phase.pid !== event.pid || phase.answered) return stay(state);
    const problem = describeTakenPort(event);
    const fault = event.holder === undefined ? stay : markFault(problem, false);
    return run(state, update({ problem }), fault);
  };
}
