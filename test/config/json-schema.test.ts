import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { jsonSchemaText } from "#config/json-schema.ts";

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

const generated = JSON.parse(jsonSchemaText()) as SchemaNode;

test("the committed JSON Schema is the one that the code generates", () => {
  const committed = new URL("../../src/config/config.schema.json", import.meta.url);
  // As values: the formatter may break lines of the file in its own way.
  assert.deepEqual(
    JSON.parse(readFileSync(committed, "utf8")),
    generated,
    "regenerate it: node src/main.ts schema > src/config/config.schema.json",
  );
});

test("every key is described", () => {
  assert.deepEqual(undescribed(generated, "$"), []);
});

function undescribed(node: SchemaNode, path: string): string[] {
  const keys = Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const own = inner.description === undefined ? [`${path}.${key}`] : [];
    return own.concat(undescribed(inner, `${path}.${key}`));
  });
  const inner = [...(node.items === undefined ? [] : [node.items]), ...(node.anyOf ?? [])];
  return keys.concat(inner.flatMap((each) => undescribed(each, path)));
}
