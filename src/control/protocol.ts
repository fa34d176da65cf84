import * as z from "zod";

/** Counts up when a request or an answer changes its meaning. */
export const controlVersion = 1;

/** The control socket below the runtime directory. */
export const socketName = "control.sock";

/** The longest line that either side accepts. A status of 255 virtual routers fits in it. */
export const longestLine = 1024 * 1024;

const requestSchema = z.strictObject({
  version: z.literal(controlVersion),
  command: z.discriminatedUnion("name", [
    z.strictObject({ name: z.literal("status") }),
    z.strictObject({
      name: z.literal("failover"),
      router: z.string().optional(),
      cancel: z.boolean(),
    }),
    z.strictObject({
      name: z.literal("nginx"),
      operation: z.enum(["start", "stop", "restart", "reload"]),
    }),
    z.strictObject({ name: z.literal("mail-test") }),
    z.strictObject({ name: z.literal("journal-export") }),
    z.strictObject({ name: z.literal("check-run"), check: z.string() }),
  ]),
});

/** What a client asks: one line of JSON on a fresh connection. */
export type ControlRequest = z.infer<typeof requestSchema>;
export type ControlCommand = ControlRequest["command"];

const responseSchema = z.object({
  version: z.literal(controlVersion),
  ok: z.boolean(),
  message: z.string(),
  data: z.unknown().optional(),
});

/** The answer: one line of JSON, then the end of the connection. */
export type ControlResponse = z.infer<typeof responseSchema>;

export function parseRequest(line: string): ControlRequest | undefined {
  return requestSchema.safeParse(parseJson(line)).data;
}

export function parseResponse(line: string): ControlResponse | undefined {
  return responseSchema.safeParse(parseJson(line)).data;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
