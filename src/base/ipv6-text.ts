/*
 * The text of IPv6 addresses: read as RFC 4291, 2.2 allows it, written as RFC 5952 wants it. In
 * between an address is its eight groups of 16 bits.
 */

const groupCount = 8;
const hexadecimalGroup = /^[0-9a-fA-F]{1,4}$/;

/** The groups of an address. Undefined for all else, dotted decimal at the end included. */
export function parseIpv6(text: string): number[] | undefined {
  const parts = text.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const [head = [], tail] = parts;
  const groups = tail === undefined ? head : expand(head, tail);
  const valid = parts.length <= 2 && groups.length === groupCount;
  if (!valid || !groups.every((group) => hexadecimalGroup.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16));
}

/** "::" stands for at least one group of zeros. */
function expand(head: readonly string[], tail: readonly string[]): string[] {
  const missing = groupCount - head.length - tail.length;
  return missing < 1 ? [] : [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
}

/** RFC 5952, 4: lower case, no leading zeros, "::" for the longest run of zeros, the first of equals. */
export function formatIpv6(groups: readonly number[]): string {
  const { start, length } = longestZeros(groups);
  if (length < 2) return writeGroups(groups);
  return `${writeGroups(groups.slice(0, start))}::${writeGroups(groups.slice(start + length))}`;
}

function writeGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > longest.length) longest = { start, length: end - start };
  }
  return longest;
}
