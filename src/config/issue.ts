export type Severity = "error" | "warning";

/** The way to a value in the document: keys of maps and indexes of lists, as written in YAML. */
export type Path = readonly (string | number)[];

/** Something that a person should mend, at its place in a file. Lines and columns start at 1. */
export interface Issue {
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Such as `virtual_routers[0].vrid`; empty for the whole document. */
  readonly path: string;
  /** What was found, and what is accepted. */
  readonly message: string;
}

/** An issue that still wants its place in the file. */
export interface Finding {
  readonly severity: Severity;
  readonly path: Path;
  /** Points at the key itself instead of its value. */
  readonly at?: "key";
  readonly message: string;
}

const plainKey = /^[A-Za-z0-9_-]+$/;

export function formatPath(path: Path): string {
  return path.map(formatSegment).join("").replace(/^\./, "");
}

function formatSegment(segment: string | number): string {
  if (typeof segment === "number") return `[${segment}]`;
  if (plainKey.test(segment)) return `.${segment}`;
  // `{password:secret}` is one key without a value: it is shown up to where a value may begin.
  return `[${quote(segment.replace(/:.*/s, ":..."))}]`;
}

/** One line as compilers write it, which editors and terminals make clickable. */
export function formatIssue(issue: Issue): string {
  const place = `${issue.file}:${issue.line}:${issue.column}`;
  const warning = issue.severity === "warning" ? "warning: " : "";
  const path = issue.path === "" ? "" : `${issue.path}: `;
  return `${place}: ${warning}${path}${issue.message}`;
}

export function sortIssues(issues: readonly Issue[]): Issue[] {
  return issues.toSorted((left, right) => left.line - right.line || left.column - right.column);
}

export function hasErrors(issues: readonly Issue[]): boolean {
  return issues.some((issue) => issue.severity === "error");
}

const longestQuote = 60;

/** Text from a file as part of a message: shortened, on one line, nothing a terminal would obey. */
export function quote(text: string): string {
  const short = text.length > longestQuote ? `${text.slice(0, longestQuote)}...` : text;
  return JSON.stringify(short).replaceAll(/\p{C}/gu, (char) => {
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

export function error(path: Path, message: string): Finding {
  return { severity: "error", path, message };
}

export function warning(path: Path, message: string): Finding {
  return { severity: "warning", path, message };
}
