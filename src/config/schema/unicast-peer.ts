import * as z from "zod";

import type { IpAddress } from "#base/ip-address.ts";

import { anyHostAddress, section, wholeNumber } from "./fields.ts";

/** Only the same link: nobody further away can forge it (RFC 5082). */
const sameLink = 255;

export interface UnicastPeerKeys {
  readonly address: IpAddress;
  readonly min_ttl: number;
  readonly max_ttl: number;
}

const wholePeerSchema = section({
  address: anyHostAddress().describe("The other host's own address; of IPv6 its link-local one"),
  min_ttl: wholeNumber(0, 255)
    .default(sameLink)
    .describe("The least Time to Live of what it sends, 0 to 255; 255: it is on the same link"),
  max_ttl: wholeNumber(0, 255)
    .default(255)
    .describe("The greatest Time to Live of what it sends, 0 to 255"),
}).refine(({ min_ttl: least, max_ttl: most }) => least <= most, {
  error: "at least min_ttl",
  path: ["max_ttl"],
});

/** An address alone, or a map of the address and its bounds. */
export const unicastPeerSchema = z.union(
  [
    anyHostAddress().transform((address): UnicastPeerKeys => {
      return { address, min_ttl: sameLink, max_ttl: 255 };
    }),
    wholePeerSchema,
  ],
  { error: "an address, or a map of address, min_ttl and max_ttl" },
);
