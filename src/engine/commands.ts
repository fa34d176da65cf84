import type { OperatorCommand } from "#nginx/events.ts";

/** What an operator can ask of a running daemon. */
export type Command =
  /** Hand over the Active role of one virtual router, or of all. */
  | { readonly name: "failover"; readonly router?: string; readonly cancel: boolean }
  /** Write a recording of what happened; the answer's message is its file. */
  | { readonly name: "journal-export" }
  | { readonly name: "nginx"; readonly operation: OperatorCommand }
  | { readonly name: "check-run"; readonly check: string };

export type CommandResult =
  | { readonly ok: true; readonly message: string; readonly data?: unknown }
  | { readonly ok: false; readonly message: string };

/** Called exactly once for a command. */
export type Respond = (result: CommandResult) => void;
