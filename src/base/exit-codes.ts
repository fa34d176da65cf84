/** What a command's exit code means; `gatepair help` and README list them. */
export const exitCodes = {
  ok: 0,
  /** It was tried and did not work; the message says why. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The configuration has errors. */
  configuration: 3,
  /** No daemon answers on the control socket. */
  noDaemon: 4,
} as const;
