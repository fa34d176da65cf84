/**
 * A fraction from 0 up to 1 that looks random and follows from the numbers alone. Chance is asked
 * by what it decides ("the 7th packet from host 0 to host 2"), not by turns: when a failing script
 * is made shorter, what remains of it goes on as before.
 */
export function chance(...numbers: readonly number[]): number {
  const hash = numbers.reduce(mix, 0x9e3779b9);
  return (finish(hash) >>> 0) / 2 ** 32;
}

function mix(hash: number, value: number): number {
  const scrambled = Math.imul(finish(value ^ 0x7f4a7c15), 0x85ebca6b);
  return Math.imul(hash ^ scrambled, 5) + 0xe6546b64;
}

/** Spreads every bit over all others: the last steps of MurmurHash3. */
function finish(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
