import * as z from "zod";
import { addressScopes, type VirtualAddress } from "#base/virtual-address.ts";
import {
  acceptedAddress,
  choice,
  hostAddress,
  interfaceName,
  section,
  text,
  virtualAddress,
} from "./fields.ts";

const wholeAddressSchema = section({
  address: virtualAddress().describe("The address, alone or with the length of its prefix"),
  interface: interfaceName()
    .optional()
    .describe("The interface that it is on; by default that of the virtual router"),
  scope: choice(...addressScopes)
    .optional()
    .describe("Scope, IPv4 only: what is not global is not chosen for connections further away"),
  broadcast: hostAddress().optional().describe("Broadcast address, IPv4 only; by default none"),
  label: text("a label of 1 to 15 characters without space", /^[!-~]{1,15}$/)
    .optional()
    .describe("Label, IPv4 only: the interface's name, or that with a colon and more: eth0:vip"),
}).transform(({ address, ...attributes }): VirtualAddress => ({ ...address, attributes }));

/** An address alone, or a map of the address and how it is put on an interface. */
export const virtualAddressSchema = z.union(
  [virtualAddress().transform((address): VirtualAddress => address), wholeAddressSchema],
  { error: `${acceptedAddress}, or a map of address, interface, scope, broadcast and label` },
);
