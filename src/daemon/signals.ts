/** From systemd, and from a terminal. */
const stopSignals = ["SIGTERM", "SIGINT"] as const;

/** RestartKillSignal= of the unit: a stop that a start follows. Node has SIGUSR1 for itself. */
const restartSignal = "SIGUSR2";

export interface StopRequest {
  readonly text: string;
  /** nginx goes on, for the next run of the daemon to find. */
  readonly leaveNginx: boolean;
}

/** Calls `onStop` for each signal that asks for an ordered stop. */
export function watchSignals(onStop: (request: StopRequest) => void): void {
  for (const signal of stopSignals) {
    const text = `gatepair was asked to stop (${signal})`;
    process.on(signal, () => onStop({ text, leaveNginx: false }));
  }
  const text = `gatepair is being restarted (${restartSignal})`;
  process.on(restartSignal, () => onStop({ text, leaveNginx: true }));
  // A terminal that goes away is no reason to stop a gateway.
  process.on("SIGHUP", () => {});
}
