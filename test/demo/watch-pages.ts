import type { Prober } from "../support/lab/prober.ts";
import { monotonicNow } from "../support/lab/time.ts";
import { say } from "./paint.ts";

/** Prints each change of the page that the client gets. */
export function watchPages(prober: Prober): void {
  const start = monotonicNow();
  let shown: string | undefined;
  setInterval(() => {
    const page = prober.currentPage() ?? "no answer";
    if (page === shown) return;
    shown = page;
    const second = ((monotonicNow() - start) / 1000).toFixed(1).padStart(7);
    say(`${second} s  ${page}`);
  }, 100);
}
