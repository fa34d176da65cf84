import * as z from "zod";
import type { AddressPrefix } from "#base/ip-address.ts";
import { parseNetwork } from "../address-prefix.ts";
import { hostAddress, interfaceName, section, text, wholeNumber } from "./fields.ts";

/** RT_TABLE_MAIN of rtnetlink(7). */
export const mainTable = 254;

function destination() {
  const accepted = "default, or an IPv4 network such as 198.51.100.0/24, or the address of a host";
  return text(accepted, /^(default|\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?)$/).transform(
    (value, context): AddressPrefix => {
      const network = parseNetwork(value === "default" ? "0.0.0.0/0" : value);
      if (network !== undefined) return network;
      context.addIssue(`${accepted}, with zeros after its prefix`);
      return z.NEVER;
    },
  );
}

/** The words of ip-route(8). */
export const virtualRouteSchema = section({
  to: destination().describe("Where it leads: default, or an IPv4 network such as 198.51.100.0/24"),
  via: hostAddress()
    .optional()
    .describe("The gateway, which is on a network of this host; without it the interface"),
  interface: interfaceName()
    .optional()
    .describe("The interface that it leaves by; by default that of the gateway"),
  source: hostAddress()
    .optional()
    .describe(
      "What connections of this host through it come from: one of the addresses of this virtual router, with which the kernel removes the route; by default the first",
    ),
  metric: wholeNumber(0, 4_294_967_295)
    .default(0)
    .describe("Of several routes to one place the lowest metric counts, 0 to 4294967295"),
  table: wholeNumber(1, 4_294_967_295)
    .default(mainTable)
    .describe(
      "Routing table, 1 to 4294967295; 254 is main. Out of another one the kernel removes nothing by itself when the daemon is killed; `gatepair clean-up` does",
    ),
});
