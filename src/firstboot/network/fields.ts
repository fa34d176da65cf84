import * as z from "zod";

import { interfaceName, list, text, wholeNumber } from "#config/schema/fields.ts";

import { ipFamily, parseIpPrefix } from "./ip-text.ts";

export function macAddress() {
  return text(
    'a MAC address in quotes, such as "52:54:00:12:34:56"',
    /^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$/,
  ).transform((mac) => mac.toLowerCase().replaceAll("-", ":"));
}

export function ipAddress() {
  return text("an IPv4 or IPv6 address", /^[0-9A-Fa-f:.]{2,45}$/).refine(
    (address) => ipFamily(address) !== undefined,
    { error: "an IPv4 or IPv6 address" },
  );
}

/** An address of this host with the length of its network. */
export function hostPrefix() {
  const accepted = "an address with its prefix, such as 192.0.2.1/24 or 2001:db8::1/64";
  return prefixText(accepted, /^[^/]+\/[^/]+$/);
}

/** A network; an address alone is a host. */
export function network() {
  return prefixText("a network such as 192.0.2.0/24 or 2001:db8::/32", /^[^/]+(\/[^/]+)?$/);
}

function prefixText(accepted: string, pattern: RegExp) {
  return text(accepted, pattern).transform((value, context) => {
    const prefix = parseIpPrefix(value);
    if (prefix !== undefined) return prefix;
    context.addIssue(accepted);
    return z.NEVER;
  });
}

export function deviceName() {
  return interfaceName();
}

export function mtu() {
  return wholeNumber(68, 65_535);
}

export function metric() {
  return wholeNumber(0, 4_294_967_295);
}

export function vlanId() {
  return wholeNumber(1, 4094);
}

export function searchDomain() {
  return text("a domain name", /^~?[A-Za-z0-9_.-]{1,253}$/);
}

/** What tools write as one value or as a list of them. */
export function oneOrMore<Item extends z.ZodType>(item: Item, accepted: string) {
  return z.union([item.transform((value) => [value]), list(item, 0, 32)], accepted);
}
