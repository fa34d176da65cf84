import type { ErrorCode, YAMLError } from "yaml";

/**
 * Our words where the parser's own would quote the file, which may be a password, or would help
 * nobody. The parser's messages for the other codes are fixed sentences.
 */
const ownWords: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: "found an anchor or alias without a proper name",
  BAD_COLLECTION_TYPE: "found a YAML tag; accepted: plain values",
  BAD_DIRECTIVE: "found a directive (%) that is not accepted",
  BAD_DQ_ESCAPE: "found a backslash escape that is not accepted; write \\\\ for a backslash",
  BAD_SCALAR_START: "found a text that starts with a reserved character; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: "found a second colon; put a text that holds a colon in quotes",
  DUPLICATE_KEY: "found the same key twice in one map; accepted: each key once",
  MULTIPLE_DOCS: "found a second document (---); accepted: one document a file",
  NON_STRING_KEY: "found a key that is no text; accepted: names of settings as keys",
  RESOURCE_EXHAUSTION: "found lists or maps nested too deeply",
  TAB_AS_INDENT: "found a tab as indentation; accepted: spaces",
  TAG_RESOLVE_FAILED: "found a YAML tag; accepted: plain values",
  UNEXPECTED_TOKEN: "found something that does not belong here; check quotes, commas and brackets",
};

export function describeYamlError(error: YAMLError): string {
  return `not valid YAML: ${ownWords[error.code] ?? error.message}`;
}
