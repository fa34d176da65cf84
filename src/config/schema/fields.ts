import * as z from "zod";

import type { AddressPrefix, IpAddress } from "#base/ip-address.ts";
import type { Milliseconds } from "#base/time.ts";

import { parseAddressPrefix } from "../address-prefix.ts";
import { durationPattern, parseDuration } from "../duration.ts";

/*
 * Builders for the kinds of values. The error text of each schema is what it accepts, in words;
 * what was found is added by ../schema-findings.ts, which alone knows the file.
 */

/** A map with these keys and no others. For unknown keys the error text lists the known ones. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? keys : `a map of ${keys}`),
  });
}

export function list<Item extends z.ZodType>(item: Item, least: number, most: number) {
  const accepted = `a list of ${least} to ${most} entries`;
  return z.array(item, accepted).min(least, accepted).max(most, accepted);
}

export function wholeNumber(least: number, most: number) {
  const accepted = `a whole number from ${least} to ${most}`;
  return z.int(accepted).min(least, accepted).max(most, accepted);
}

export function decimal(least: number, most: number) {
  const accepted = `a number from ${least} to ${most}`;
  return z.number(accepted).min(least, accepted).max(most, accepted);
}

export function flag() {
  return z.boolean("true or false");
}

export function choice<const Values extends readonly (string | number | boolean)[]>(
  ...values: Values
) {
  return z.literal(values, values.join(", ").replace(/, ([^,]*)$/, " or $1"));
}

export function text(accepted: string, pattern: RegExp) {
  const inQuotes = `${accepted}; put it in quotes`;
  return z
    .string({ error: ({ input }) => (isUnquoted(input) ? inQuotes : accepted) })
    .regex(pattern, accepted);
}

function isUnquoted(input: unknown): boolean {
  return typeof input === "number" || typeof input === "boolean";
}

/** A path that does not depend on the working directory. */
export function absolutePath() {
  return text("an absolute path", /^\/[^\0]{0,4094}$/);
}

/** A program and its arguments, started as they are: no shell is in between. */
export function command() {
  return list(text("a text of at most 1024 characters", /^[^\0]{0,1024}$/), 1, 32)
    .refine(([program]) => program?.startsWith("/") === true, {
      error: "an absolute path, then its arguments",
      path: [0],
    })
    .transform(([program = "", ...args]) => ({ program, args }));
}

/** What Linux accepts as the name of an interface (dev_valid_name in net/core/dev.c), in ASCII. */
export function interfaceName() {
  const pattern = /^(?!\.{1,2}$)[!-.0-9;-~]{1,15}$/;
  return text("an interface name of 1 to 15 characters without space, / and :", pattern);
}

/** A span of time as text with its unit, within bounds that are given the same way. */
export function duration(least: string, most: string) {
  const accepted = `a duration from ${least} to ${most}`;
  const addUnit = `${accepted}; add the unit: ms, s, m or h`;
  return z
    .string({ error: ({ input }) => (typeof input === "number" ? addUnit : accepted) })
    .regex(durationPattern, {
      error: ({ input }) => (/^[\d.]+$/.test(String(input)) ? addUnit : accepted),
    })
    .transform((value, context): Milliseconds => {
      const span = parseDuration(value);
      if (span !== undefined && isBetween(least, span, most)) return span;
      context.addIssue(accepted);
      return z.NEVER;
    });
}

function isBetween(least: string, span: Milliseconds, most: string): boolean {
  return span >= (parseDuration(least) ?? 0) && span <= (parseDuration(most) ?? Infinity);
}

/** How much a failure subtracts from the priority; RFC 9568, 5.2.4 leaves 1 to 254. */
export function lowerPriority() {
  return wholeNumber(1, 253).describe(
    "Subtract this from the priority while it fails (1 to 253; the result is at least 1)",
  );
}

/** The name of a virtual router or of a sync group. */
export function routerName() {
  return text("a name of 1 to 32 of a-z, A-Z, 0-9, _, . and -", /^[a-zA-Z0-9_.-]{1,32}$/);
}

/** The IPv4 address of a host, without a prefix. */
export function hostAddress() {
  return plainAddress("an IPv4 address of a host such as 192.0.2.1", /^\d{1,3}(\.\d{1,3}){3}$/);
}

/** The address of a host, of either family, without a prefix. */
export function anyHostAddress() {
  const pattern = /^(\d{1,3}(\.\d{1,3}){3}|[\da-fA-F:]{2,39})$/;
  return plainAddress("an address of a host such as 192.0.2.1 or fe80::2", pattern);
}

function plainAddress(accepted: string, pattern: RegExp) {
  return text(accepted, pattern).transform((value, context): IpAddress => {
    const prefix = parseAddressPrefix(value);
    if (prefix !== undefined) return prefix.address;
    context.addIssue(accepted);
    return z.NEVER;
  });
}

export const acceptedAddress =
  "an address such as 192.0.2.1, 192.0.2.1/24 or 2001:db8::1 of a host (not 0.0.0.0/8, loopback, " +
  "multicast, reserved, IPv4-mapped, with a zone, or the network, broadcast or anycast address of its prefix)";

/** An address that a host can own, alone (/32 or /128) unless a prefix is given. */
export function virtualAddress() {
  const pattern = /^(\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?|[\da-fA-F:]{2,39}(\/\d{1,3})?)$/;
  return text(acceptedAddress, pattern).transform((value, context): AddressPrefix => {
    const prefix = parseAddressPrefix(value);
    if (prefix !== undefined) return prefix;
    context.addIssue(acceptedAddress);
    return z.NEVER;
  });
}
