import * as z from "zod";
import { type AddressPrefix, familyOf, type IpAddress } from "#base/ip-address.ts";
import { parseNetwork } from "../address-prefix.ts";
import { anyHostAddress, interfaceName, section, text, wholeNumber } from "./fields.ts";

/** RT_TABLE_MAIN of rtnetlink(7). */
export const mainTable = 254;

/** IP6_RT_PRIO_USER of <linux/ipv6_route.h>: what the kernel takes the metric 0 of an IPv6 route for. */
const usualMetric6 = 1024;

const everywhere = {
  ipv4: { address: "0.0.0.0" as IpAddress, prefixLength: 0 },
  ipv6: { address: "::" as IpAddress, prefixLength: 0 },
} as const;

function destination() {
  const accepted =
    "default, or a network such as 198.51.100.0/24 or 2001:db8:5::/48, or the address of a host";
  const pattern = /^(default|\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?|[\da-fA-F:]{2,39}(\/\d{1,3})?)$/;
  return text(accepted, pattern).transform((value, context): AddressPrefix | "default" => {
    const network = value === "default" ? value : parseNetwork(value);
    if (network !== undefined) return network;
    context.addIssue(`${accepted}, with zeros after its prefix`);
    return z.NEVER;
  });
}

/** The words of ip-route(8). */
const routeKeysSchema = section({
  to: destination().describe(
    "Where it leads: a network such as 198.51.100.0/24 or 2001:db8:5::/48, or default: of the family of via or source, else IPv4",
  ),
  via: anyHostAddress()
    .optional()
    .describe(
      "The gateway, which is on a network of this host; without it the interface; a link-local one wants both",
    ),
  interface: interfaceName()
    .optional()
    .describe("The interface that it leaves by; by default that of the gateway"),
  source: anyHostAddress()
    .optional()
    .describe(
      "What connections of this host through it come from: one of the addresses of this virtual router, with which the kernel removes an IPv4 route; by default the first, of IPv6 the first that is not link-local",
    ),
  metric: wholeNumber(0, 4_294_967_295)
    .default(0)
    .describe(
      "Of several routes to one place the lowest metric counts, 0 to 4294967295; 0 of an IPv6 route means 1024",
    ),
  table: wholeNumber(1, 4_294_967_295)
    .default(mainTable)
    .describe(
      "Routing table, 1 to 4294967295; 254 is main. Out of another one the kernel removes no IPv4 route by itself when the daemon is killed; `gatepair clean-up` does",
    ),
});

export const virtualRouteSchema = routeKeysSchema.transform(({ to: where, metric, ...way }) => {
  const { via, source } = way;
  const family = familyOf(via ?? source ?? everywhere.ipv4.address);
  const to = where === "default" ? everywhere[family] : where;
  const isUsual = metric === 0 && familyOf(to.address) === "ipv6";
  return { ...way, to, metric: isUsual ? usualMetric6 : metric };
});
