/** Anything that has to be removed when this process ends, however it ends. */
export interface OpenLab {
  close(): void;
}

const openLabs = new Set<OpenLab>();
let guarded = false;

function closeAll(): void {
  for (const lab of openLabs) lab.close();
}

/** Removes the labs when this process is told to end, or ends by itself. */
function guardOnce(): void {
  if (guarded) return;
  guarded = true;
  process.on("exit", closeAll);
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    // A program that ends in its own order listens itself, and closes its labs by ending.
    if (process.listenerCount(signal) === 0) process.on(signal, () => process.exit(code));
  }
}

export function closeAtExit(lab: OpenLab): void {
  guardOnce();
  openLabs.add(lab);
}

/** Whether the lab was open: the second time there is nothing to remove. */
export function forgetLab(lab: OpenLab): boolean {
  return openLabs.delete(lab);
}
