const longestCompared = 64;

/** The known name that a person most likely meant, if one is near enough to be worth naming. */
export function findNearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longestCompared) return undefined;
  const shortened = known.find((candidate) => name.length >= 3 && candidate.startsWith(name));
  const scored = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  const [best] = scored.toSorted((left, right) => left.distance - right.distance);
  const isNear = best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3));
  return isNear ? best.candidate : shortened;
}

/** Characters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_item, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const costs = [
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      ];
      current.push(Math.min(...costs));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
