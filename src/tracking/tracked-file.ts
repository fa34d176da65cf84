/** What was found where a tracked file should be. */
export type FileFinding =
  | { readonly type: "absent" }
  | { readonly type: "text"; readonly text: string }
  /** It is there, and cannot be read or is no file. A clause for people. */
  | { readonly type: "unusable"; readonly detail: string };

export interface TrackedFileState {
  /** 0 to `largestNumber`; undefined until the file was looked at for the first time. */
  readonly number: number | undefined;
  /** Why the number is not what the file says now. */
  readonly problem: string | undefined;
}

/** A file longer than this, in bytes, holds something else than a number. */
export const longestTrackedFile = 64;

/** More than this cannot be taken from a priority (RFC 9568, 5.2.4). */
const largestNumber = 253;

export const initialTrackedFileState: TrackedFileState = { number: undefined, problem: undefined };

/**
 * The number that is in force after a look. Absent is 0. What cannot be understood moves nothing:
 * a file that is being written, or a slip of the pen, must not cost the role. So the number before
 * stays, which is 0 at the start.
 */
export function stepTrackedFile(state: TrackedFileState, finding: FileFinding): TrackedFileState {
  if (finding.type === "absent") return { number: 0, problem: undefined };
  if (finding.type === "unusable") return keepNumber(state, finding.detail);
  const number = readNumber(finding.text);
  return number === undefined
    ? keepNumber(state, "it holds no whole number from 0 up")
    : { number, problem: undefined };
}

function keepNumber({ number = 0 }: TrackedFileState, problem: string): TrackedFileState {
  return { number, problem: `${problem}; ${number} stays in force` };
}

/** Digits alone, with white space around them; larger numbers count as the largest. */
function readNumber(text: string): number | undefined {
  const digits = /^\s*(\d+)\s*$/.exec(text)?.[1];
  return digits === undefined ? undefined : Math.min(largestNumber, Number(digits));
}
