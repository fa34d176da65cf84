import { isWanted } from "./state.ts";
import type { Context, NginxHealth, NginxState, NginxStatus } from "./state.ts";

export function nginxHealth(state: NginxState): NginxHealth {
  return state.health;
}

/** The state with the health that follows from the rest of it. */
export function assessHealth(state: NginxState, context: Context): NginxState {
  const before = state.health;
  const [status, reason] = judge(state, context);
  const since = status === before.status ? before.since : context.now;
  const pid = "pid" in state.phase ? state.phase.pid : undefined;
  return { ...state, health: { status, reason, since, pid } };
}

function judge(state: NginxState, context: Context): [NginxStatus, string] {
  if (state.shuttingDown) return ["stopped-by-operator", "gatepair is being stopped"];
  if (state.operatorStopped) return ["stopped-by-operator", "nginx was stopped by the operator"];
  if (state.fault !== undefined) return ["failed", state.fault.reason];
  if (!isWanted(state, context.settings)) {
    return ["not-needed", "nginx runs only while this host is Active"];
  }
  return judgeWanted(state);
}

function judgeWanted(state: NginxState): [NginxStatus, string] {
  const { phase } = state;
  if (phase.name === "running" && phase.answered) return ["healthy", "nginx runs"];
  if (phase.name === "finding") return ["starting", "nginx is being looked for"];
  if (state.cause !== undefined) return ["starting", `${state.cause}; it is being restarted`];
  return ["starting", "nginx is being started"];
}
