import { type MacAddress, macAddressFromBytes } from "#base/mac-address.ts";
import { readS32, readU32, readU8 } from "netlink/dist/structs.js";
import { readAttributes, readString } from "./attributes.ts";
import {
  family,
  linkAttribute,
  linkFlag,
  linkInfoAttribute,
  operationalState,
} from "./constants.ts";
import type { Link } from "../types.ts";

/** struct ifinfomsg: family, padding, type (2 bytes), index, flags, change mask. */
const headerLength = 16;

/**
 * Undefined for messages of other families: a bridge port that leaves its bridge is told as
 * RTM_DELLINK of AF_BRIDGE, and the interface is still there.
 */
export function parseLink(payload: Buffer): Link | undefined {
  if (readU8.call(payload, 0) !== family.unspecified) return undefined;
  const flags = readU32.call(payload, 8);
  const attributes = readAttributes(payload, headerLength);
  const name = attributes.get(linkAttribute.name);
  const mtu = attributes.get(linkAttribute.mtu);
  const parent = attributes.get(linkAttribute.parent);
  return {
    index: readS32.call(payload, 4),
    name: name === undefined ? "" : readString(name),
    up: (flags & linkFlag.up) !== 0,
    carrier:
      (flags & linkFlag.lowerUp) !== 0 &&
      passesFrames(attributes.get(linkAttribute.operationalState)),
    mac: readMac(attributes.get(linkAttribute.address)),
    mtu: mtu === undefined ? 0 : readU32.call(mtu),
    loopback: (flags & linkFlag.loopback) !== 0,
    kind: readKind(attributes.get(linkAttribute.info)),
    parentIndex: parent === undefined ? undefined : readS32.call(parent),
  };
}

/** Drivers that know nothing of operational states leave it at unknown. */
function passesFrames(state: Buffer | undefined): boolean {
  const value = state?.[0] ?? operationalState.unknown;
  return value === operationalState.up || value === operationalState.unknown;
}

function readKind(info: Buffer | undefined): string {
  const kind = info && readAttributes(info, 0).get(linkInfoAttribute.kind);
  return kind === undefined ? "" : readString(kind);
}

function readMac(bytes: Buffer | undefined): MacAddress | undefined {
  return bytes?.length === 6 ? macAddressFromBytes(bytes) : undefined;
}
