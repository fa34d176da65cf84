import type { ArmTimer, CancelTimer } from "#base/step.ts";
import type { EngineInput } from "./inputs.ts";
import type { Ports, TimerMeaning } from "./ports.ts";

/** The way out to the world, and the way back in through the inbox. */
export interface Outlet {
  readonly ports: Ports;
  readonly post: (input: EngineInput) => void;
}

/** Does what a machine asked of its timers; the firing comes back through the inbox. */
export function performTimer(
  { ports, post }: Outlet,
  owner: string,
  action: ArmTimer | CancelTimer,
  meaning?: TimerMeaning,
): void {
  const { timer } = action;
  const key = `${owner}/${timer}`;
  if (action.type === "cancel-timer") {
    ports.timers.cancel(key);
    return;
  }
  const fired = { type: "timer-fired", timer, generation: action.generation } as const;
  ports.timers.arm(key, action.duration, () => post({ type: "timer", owner, fired }), meaning);
}
