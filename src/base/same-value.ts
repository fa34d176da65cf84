/**
 * Whether two plain values are equal in all that JSON would keep: a key whose value is undefined
 * is as good as none.
 */
export function sameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) return sameList(left, right);
  return hasAllOf(left, right) && hasAllOf(right, left);
}

function sameList(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  return left.every((item, index) => sameValue(item, right[index]));
}

function hasAllOf(left: object, right: object): boolean {
  return Object.entries(left).every(([key, value]) => {
    return sameValue(value, (right as Record<string, unknown>)[key]);
  });
}
