/** Where a command writes. */
export interface CommandOutput {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** One word of the command line. */
export interface Command {
  /** What it does, in a line of `gatepair help`. */
  readonly summary: string;
  readonly usage: string;
  /** Answers the exit code. */
  run(args: readonly string[], io: CommandOutput): Promise<number>;
}

/** Commands by name. Each is loaded when it is asked for: most need only a part of the program. */
export type CommandTable = Readonly<Record<string, () => Promise<Command>>>;
