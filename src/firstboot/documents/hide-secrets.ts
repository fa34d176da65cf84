const secretKeys = new Set([
  "passwd",
  "hashed_passwd",
  "plain_text_passwd",
  "list",
  "content",
  "ssh_keys",
]);
const hidden = "(not shown)";

/**
 * A copy for messages that say what was found: without passwords, contents of files, and private
 * keys that were pasted where public ones belong.
 */
export function hideSecrets(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, isSecret));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        hideSecrets(inner, isSecret || secretKeys.has(key)),
      ]),
    );
  }
  const isPrivateKey = typeof value === "string" && value.includes("PRIVATE KEY");
  return (isSecret || isPrivateKey) && value !== null ? hidden : value;
}
