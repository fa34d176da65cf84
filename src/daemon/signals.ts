/** The signals that ask for an ordered stop: from systemd, and from a terminal. */
const stopSignals = ["SIGTERM", "SIGINT"] as const;

/** Calls `onStop` at the first of them; those that follow are impatience. */
export function watchSignals(onStop: (text: string) => void): void {
  for (const signal of stopSignals) {
    process.on(signal, () => onStop(`gatepair was asked to stop (${signal})`));
  }
  // A terminal that goes away is no reason to stop a gateway.
  process.on("SIGHUP", () => {});
}
