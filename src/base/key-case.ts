type CamelCasedKey<Key extends string> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCasedKey<Tail>>}`
  : Key;

type Plain = string | number | boolean | null | undefined;

/** The document's type with its keys as code writes them; branded numbers and texts stay. */
export type CamelCased<Value> = Value extends Plain
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly CamelCased<Item>[]
    : {
        readonly [Key in keyof Value as Key extends string ? CamelCasedKey<Key> : Key]: CamelCased<
          Value[Key]
        >;
      };

/** The one place where snake_case of files becomes camelCase of the code. */
export function camelCaseKeys<Value>(value: Value): CamelCased<Value> {
  return convertKeys(value, camelCase) as CamelCased<Value>;
}

/** And back: plain values as files and JSON output have them. */
export function snakeCaseKeys(value: unknown): unknown {
  return convertKeys(value, snakeCase);
}

function convertKeys(value: unknown, convert: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => convertKeys(item, convert));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [convert(key), convertKeys(inner, convert)]),
  );
}

function camelCase(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
