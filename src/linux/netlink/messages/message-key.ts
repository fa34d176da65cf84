import { formatAddressPrefix } from "#base/ip-address.ts";
import type { InterfaceAddress, KernelMessage, Route } from "../types.ts";

/** The identity of an address: two keys are equal exactly when the kernel means the same one. */
export function addressKey(address: InterfaceAddress): string {
  return `${address.interfaceIndex} ${formatAddressPrefix(address)}`;
}

/** What addresses have in common that differ in their prefixes only. */
export function hostKey(address: Pick<InterfaceAddress, "interfaceIndex" | "address">): string {
  return `${address.interfaceIndex} ${address.address}`;
}

/** The identity of a route. */
export function routeKey(route: Route): string {
  const { destination, gateway, interfaceIndex, table, protocol, metric, typeOfService } = route;
  return [
    formatAddressPrefix(destination),
    gateway,
    interfaceIndex,
    table,
    protocol,
    metric,
    typeOfService,
  ].join(" ");
}

/** The identity of what a message is about, across all kinds. */
export function messageKey(message: KernelMessage): string {
  switch (message.type) {
    case "link":
      return `link ${message.link.index}`;
    case "address":
      return `address ${addressKey(message.address)}`;
    case "route":
      return `route ${routeKey(message.route)}`;
  }
}
