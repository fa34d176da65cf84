import * as z from "zod";

import { documentSchema } from "./schema/document.ts";

/** The JSON Schema (draft 2020-12) of the file as people write it: for editors and generators. */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(documentSchema, { io: "input", target: "draft-2020-12" });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
