/** A section of systemd's unit files; keys may repeat. */
export interface Section {
  readonly name: string;
  readonly lines: readonly (readonly [key: string, value: string] | undefined)[];
}

/** Sections without lines are left out. */
export function formatUnit(comment: string, sections: readonly Section[]): string {
  const texts = sections.flatMap(({ name, lines }) => {
    const set = lines.filter((line) => line !== undefined);
    return set.length === 0
      ? []
      : [`[${name}]\n${set.map(([key, value]) => `${key}=${value}\n`).join("")}`];
  });
  return [`# ${comment}\n`, ...texts].join("\n");
}

export function optional(key: string, value: string | number | boolean | undefined) {
  if (value === undefined) return undefined;
  const text = typeof value === "boolean" ? yesNo(value) : String(value);
  return [key, text] as const;
}

export function repeat(key: string, values: readonly string[]) {
  return values.map((value) => [key, value] as const);
}

export function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
