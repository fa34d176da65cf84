import type { Journal } from "./journal/journal.ts";
import type { Outlet } from "./outlet.ts";
import type { Reporter } from "./reporting/reporter.ts";

/** What the parts of the engine share. */
export interface Context extends Outlet {
  readonly reporter: Reporter;
  readonly journal: Journal;
}
