import { LineCounter, isAlias, isNode, parseDocument, visit } from "yaml";
import type { Document, Node, YAMLError } from "yaml";

import { sortIssues } from "./issue.ts";
import type { Issue } from "./issue.ts";
import type { Source } from "./source.ts";
import { describeYamlError } from "./yaml-errors.ts";

/** What a file holds as plain values; `undefined` when its structure cannot be trusted. */
export type YamlReading =
  | { readonly source: Source; readonly value: unknown; readonly issues: readonly Issue[] }
  | { readonly source: undefined; readonly issues: readonly Issue[] };

/** Longest accepted file, in characters: thousands of times a real one. */
export const longestDocument = 1024 * 1024;

/** More than one alias for each of 255 virtual routers, few enough to expand in no time. */
const mostAliases = 1000;

export function readYaml(text: string, file: string): YamlReading {
  if (text.length > longestDocument) {
    return refuse(file, `found ${text.length} characters; accepted: at most ${longestDocument}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "core",
    stringKeys: true,
    logLevel: "error",
  });
  const source: Source = { file, document, lines };
  const fatal = document.errors.filter(({ code }) => code !== "DUPLICATE_KEY");
  if (fatal.length > 0) return { source: undefined, issues: describeErrors(source, fatal) };
  const misuses = findMisuses(document);
  if (misuses.length > 0) return { source: undefined, issues: locateFaults(source, misuses) };
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  if (value === null) return refuse(file, "found an empty file; accepted: a map of settings");
  return { source, value, issues: describeErrors(source, document.errors) };
}

interface Fault {
  readonly offset: number;
  readonly message: string;
}

function describeErrors(source: Source, errors: readonly YAMLError[]): Issue[] {
  // Text that is nested too deeply raises an error for each level; the first says it all.
  const tooDeep = errors.find((error) => error.code === "RESOURCE_EXHAUSTION");
  const faults = (tooDeep === undefined ? errors : [tooDeep]).map((error) => ({
    offset: error.pos[0],
    message: describeYamlError(error),
  }));
  return locateFaults(source, faults);
}

function refuse(file: string, message: string): YamlReading {
  const issue: Issue = { severity: "error", file, line: 1, column: 1, path: "", message };
  return { source: undefined, issues: [issue] };
}

function locateFaults({ file, lines }: Source, faults: readonly Fault[]): Issue[] {
  const issues = faults.map(({ offset, message }): Issue => {
    const { line, col } = lines.linePos(offset);
    return {
      severity: "error",
      file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      path: "",
      message,
    };
  });
  return sortIssues(issues);
}

/**
 * Tags, which this document has no use for, and aliases that would not end or would multiply
 * ("billion laughs"): an alias may stand for any value that has no alias within it.
 */
function findMisuses(document: Document.Parsed): Fault[] {
  const faults: Fault[] = [];
  const anchors = new Set<string>();
  let aliases = 0;
  const report = (node: Node, message: string | undefined): void => {
    if (message !== undefined) faults.push({ offset: node.range?.[0] ?? 0, message });
  };
  visit(document, {
    Node(_key, node, ancestors) {
      if (isAlias(node)) {
        aliases += 1;
        if (aliases > mostAliases) {
          report(node, `found more than ${mostAliases} aliases`);
          return visit.BREAK;
        }
        const nested = ancestors.some((ancestor) => isNode(ancestor) && hasAnchor(ancestor));
        report(node, judgeAlias(anchors.has(node.source), nested));
        return undefined;
      }
      if (hasAnchor(node)) anchors.add(node.anchor);
      report(node, node.tag === undefined ? undefined : tagMessage);
      return undefined;
    },
  });
  return faults;
}

function hasAnchor(node: Node): node is Node & { anchor: string } {
  return "anchor" in node && typeof node.anchor === "string";
}

// Neither message names what it found: `password: *secret` is a password without its quotes.
const tagMessage =
  "found a YAML tag; accepted: plain values; put a text that starts with ! in quotes";

function judgeAlias(known: boolean, nested: boolean): string | undefined {
  if (!known) {
    return "found an alias without its anchor above; put a text that starts with * in quotes";
  }
  return nested
    ? "found an alias within an anchored value; accepted: aliases elsewhere"
    : undefined;
}
