/** Values of `password` and `key`, in blocks and in braces. */
const secret =
  /\b((?:password|key)["']?\s*:\s*)(?!\s*[{[&*|>])("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,}#][^,}\n]*)/g;

/** The text of a configuration as it may be shown: without its passwords. */
export function maskSecrets(text: string): string {
  return text.replaceAll(secret, "$1(not shown)");
}
