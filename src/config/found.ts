import { quote } from "./issue.ts";
import type { Path } from "./issue.ts";

/** The value in words for a message. Of a hidden one only its kind and its length are told. */
export function describeFound(value: unknown, hidden: boolean): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value))
    return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  switch (typeof value) {
    case "string":
      return hidden || mayHoldPassword(value)
        ? `a text of ${value.length} characters`
        : `the text ${quote(value)}`;
    case "number":
      return hidden ? "a number" : `the number ${value}`;
    case "boolean":
      return hidden ? "a truth value" : String(value);
    default:
      return "a map";
  }
}

/** Ends of paths to passwords, and to what people mistake for their place. */
const secretEnds = /(^|\.)(authentication(\.key)?|password|password_file)$/;

/** Whether the value must never be shown. */
export function isSecret(path: Path): boolean {
  return secretEnds.test(path.join("."));
}

/** `http://user:password@host` */
function mayHoldPassword(text: string): boolean {
  return /\/\/[^/]*@/.test(text);
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, segment) => {
    const isContainer = typeof current === "object" && current !== null;
    return isContainer && Object.hasOwn(current, segment)
      ? (current as Record<string | number, unknown>)[segment]
      : undefined;
  }, value);
}
