import { getSystemErrorMessage, getSystemErrorName } from "node:util";

const missingRight = "run it as root, or with the capability CAP_NET_RAW (capabilities(7))";
const missingInterface = "the interface is gone; open again when it is back";
const missingSupport = "the kernel does not support this";

/** What a person can do about it. Codes that are not here say enough themselves. */
const adviceByCode: Readonly<Record<string, string>> = {
  EACCES: missingRight,
  EAFNOSUPPORT: missingSupport,
  EMFILE: "too many open descriptors; raise LimitNOFILE= of the unit (systemd.exec(5))",
  ENODEV: missingInterface,
  ENOSYS: missingSupport,
  ENXIO: missingInterface,
  EPERM: missingRight,
};

/** The operating system refused something that was expected to work. */
export class SystemError extends Error {
  override readonly name = "SystemError";
  /** The name of the errno: "EPERM" (errno(3)), or "UNKNOWN". */
  readonly code: string;

  constructor(task: string, code: string, detail: string) {
    const advice = adviceByCode[code];
    super(`cannot ${task}: ${detail} (${code})${advice === undefined ? "" : `; ${advice}`}`);
    this.code = code;
  }
}

/** `task` completes the sentence "cannot ...". */
export function systemErrorFrom(task: string, cause: unknown): SystemError {
  const errno = errnoOf(cause);
  if (errno !== undefined) return systemErrorFromErrno(task, errno, syscallOf(cause));
  return new SystemError(task, "UNKNOWN", cause instanceof Error ? cause.message : String(cause));
}

/** From the answer of a system call: a negative errno. */
export function systemErrorFromErrno(task: string, errno: number, syscall?: string): SystemError {
  const text = getSystemErrorMessage(errno);
  return new SystemError(
    task,
    getSystemErrorName(errno),
    syscall === undefined ? text : `${syscall}: ${text}`,
  );
}

/** The errno of an exception of the system, always negative; undefined when it is of another kind. */
export function errnoOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errno" in error)) return undefined;
  return typeof error.errno === "number" ? -Math.abs(error.errno) : undefined;
}

function syscallOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  return typeof error.syscall === "string" ? error.syscall : undefined;
}
