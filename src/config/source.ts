import { isAlias, isCollection, isMap, isScalar, isSeq } from "yaml";
import type { Document, LineCounter, Node, Pair } from "yaml";

import { formatPath } from "./issue.ts";
import type { Finding, Issue, Path } from "./issue.ts";

/** A configuration file that was read, and where each of its values stands. */
export interface Source {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** Where a value stands; the key is absent for items of lists and for the root. */
interface Place {
  readonly key: unknown;
  readonly value: unknown;
}

export function locate(source: Source, finding: Finding): Issue {
  const offset = offsetOf(source, finding);
  const { line, col } = source.lines.linePos(offset);
  return {
    severity: finding.severity,
    file: source.file,
    line: Math.max(1, line),
    column: Math.max(1, col),
    path: formatPath(finding.path),
    message: finding.message,
  };
}

/** The place as `file:line:column`, to point at one file from a message about another. */
export function formatPlace(source: Source, path: Path): string {
  const { line, column } = locate(source, { severity: "error", path, message: "" });
  return `${source.file}:${line}:${column}`;
}

function offsetOf(source: Source, { path, at }: Finding): number {
  let place: Place = { key: undefined, value: source.document.contents };
  for (const segment of path) {
    const next = descend(source, place.value, segment);
    // What is missing is shown at the key of its nearest parent that is there.
    if (next === undefined) return startOf(place.key) ?? startOf(place.value) ?? 0;
    place = next;
  }
  const key = startOf(place.key);
  const value = hasOwnPlace(place.value) ? startOf(place.value) : undefined;
  return (at === "key" ? (key ?? value) : (value ?? key)) ?? startOf(place.value) ?? 0;
}

function descend(source: Source, node: unknown, segment: string | number): Place | undefined {
  const target = isAlias(node) ? node.resolve(source.document) : node;
  if (isMap(target)) {
    const isWanted = (pair: Pair): boolean => keyText(pair.key) === String(segment);
    // Of keys that stand there twice the last one is what was read.
    const pair = target.items.findLast(isWanted);
    return pair && { key: pair.key, value: pair.value };
  }
  if (isSeq(target) && typeof segment === "number" && segment < target.items.length) {
    return { key: undefined, value: target.items[segment] };
  }
  return undefined;
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** A block of lines starts at its first child, and an empty value nowhere: the key says more. */
function hasOwnPlace(value: unknown): boolean {
  if (isScalar(value)) return value.value !== null;
  return isAlias(value) || (isCollection(value) && value.flow === true);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
