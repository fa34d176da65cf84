export interface DiffLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** Lines that both have, in their longest common order, and what only one has. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [left, right] = [splitLines(before), splitLines(after)];
  const lengths = commonLengths(left, right);
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    const sign = chooseSign();
    lines.push({ sign, text: (sign === "+" ? right[column] : left[row]) ?? "" });
    if (sign !== "+") row += 1;
    if (sign !== "-") column += 1;
  }
  return lines;

  function chooseSign(): DiffLine["sign"] {
    if (row >= left.length) return "+";
    if (column >= right.length) return "-";
    if (left[row] === right[column]) return " ";
    return at(lengths, row + 1, column) >= at(lengths, row, column + 1) ? "-" : "+";
  }
}

function splitLines(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** Of the longest common subsequence of what is left behind each pair of positions. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = left.map(() => right.map(() => 0));
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const best =
        left[row] === right[column]
          ? at(lengths, row + 1, column + 1) + 1
          : Math.max(at(lengths, row + 1, column), at(lengths, row, column + 1));
      (lengths[row] ?? [])[column] = best;
    }
  }
  return lengths;
}

function at(lengths: readonly (readonly number[])[], row: number, column: number): number {
  return lengths[row]?.[column] ?? 0;
}

const context = 3;

/** Changes with three lines around them; empty without changes. */
export function formatDiff(lines: readonly DiffLine[]): string {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== " ");
  const shown = lines.flatMap(({ sign, text }, index) =>
    isNear(index) ? [`${sign} ${text}\n`] : [],
  );
  return shown.join("");
}
