import type * as z from "zod";

import { milliseconds } from "#base/time.ts";
import type { Milliseconds } from "#base/time.ts";

import { command, duration, list, section, text, wholeNumber } from "./fields.ts";
import { httpUrl, statuses } from "./http.ts";

/** What is named in `checks` and tracked by this name. */
export function checkName() {
  return text("a name of 1 to 32 of a-z, A-Z, 0-9, _, . and -", /^[a-zA-Z0-9_.-]{1,32}$/);
}

const scriptSchema = section({
  command: command().describe(
    "The program by its absolute path, then its arguments; no shell is in between",
  ),
  user: text("the name of a user of this host", /^[a-zA-Z_][a-zA-Z0-9_-]{0,31}$/)
    .default("nobody")
    .describe("The user that it runs as, with this user's own group and no other; root if you ask"),
});

const tcpSchema = section({
  address: text("an IP address or a host name", /^[A-Za-z0-9.:_-]{1,253}$/).describe(
    "Where to connect: an IP address, or a name that a resolver answers in time",
  ),
  port: wholeNumber(1, 65_535).describe("TCP port, 1 to 65535"),
});

const httpSchema = section({
  url: httpUrl().describe("What to ask for"),
  expect_status: statuses()
    .prefault(["200-399"])
    .describe("Statuses that count as good, single or as ranges"),
});

const kinds = ["script", "tcp", "http"] as const;
const oneKind = "exactly one of script, tcp and http";

/** Half of the interval leaves time to end a script; nobody waits longer than this by default. */
const longestDefaultTimeout = 10_000;

function defaultTimeout(interval: Milliseconds): Milliseconds {
  return milliseconds(Math.min(interval / 2, longestDefaultTimeout));
}

export const checkSchema = section({
  name: checkName().describe(
    "Name to track it by, and in logs, status and mail; unique; 1 to 32 of a-z, A-Z, 0-9, _, . and -",
  ),
  script: scriptSchema
    .optional()
    .describe("Runs a program: exit code 0 is good, anything else and overtime are bad"),
  tcp: tcpSchema.optional().describe("Opens a TCP connection, and closes it at once"),
  http: httpSchema.optional().describe("Sends an HTTP request and looks at the status"),
  interval: duration("100ms", "1h")
    .prefault("2s")
    .describe("From the start of one run to that of the next, 100ms to 1h"),
  timeout: duration("10ms", "2m")
    .optional()
    .describe(
      "Longest time for a run, below the interval; by default half the interval or 10s, whichever is shorter",
    ),
  fall: wholeNumber(1, 100)
    .default(3)
    .describe("Bad runs in a row until the check counts as failed, 1 to 100"),
  rise: wholeNumber(1, 100)
    .default(2)
    .describe("Good runs in a row until it counts as passed again, 1 to 100"),
})
  .superRefine((check, context) => {
    const [first, second] = kinds.filter((kind) => check[kind] !== undefined);
    if (first !== undefined && second === undefined) return;
    const path = second === undefined ? [] : [second];
    context.addIssue({ code: "custom", message: oneKind, path });
  })
  .transform(({ name, script, tcp, http, interval, timeout, fall, rise }) => ({
    name,
    interval,
    timeout: timeout ?? defaultTimeout(interval),
    fall,
    rise,
    probe: toProbe({ script, tcp, http }),
  }));

interface Kinds {
  readonly script: z.output<typeof scriptSchema> | undefined;
  readonly tcp: z.output<typeof tcpSchema> | undefined;
  readonly http: z.output<typeof httpSchema> | undefined;
}

function toProbe({ script, tcp, http }: Kinds) {
  if (script !== undefined) return { type: "script" as const, ...script };
  if (tcp !== undefined) return { type: "tcp" as const, ...tcp };
  if (http !== undefined) return { type: "http" as const, ...http };
  throw new Error("a check without any kind has been refused");
}

export const checksSchema = list(checkSchema, 0, 255).default([]);
