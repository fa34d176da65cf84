import { type MacAddress, macAddressToBytes } from "#base/mac-address.ts";
import { putS32, putU32 } from "netlink/dist/structs.js";
import { attribute } from "./attributes.ts";
import {
  linkAttribute,
  linkFlag,
  linkInfoAttribute,
  macvlanAttribute,
  macvlanKind,
  macvlanMode,
} from "./constants.ts";

export interface MacvlanRequest {
  /** 1 to 15 bytes. */
  readonly name: string;
  readonly mac: MacAddress;
  readonly parentIndex: number;
}

/**
 * Of RTM_NEWLINK. In the mode `bridge`, because the Advertisements of a peer bear the same MAC
 * address: what comes from it is handed to the macvlan alone in the mode `private`, and the parent,
 * where we listen, hears nothing of a second Active Router (macvlan_handle_frame).
 */
export function macvlanPayload({ name, mac, parentIndex }: MacvlanRequest): Buffer {
  const mode = attribute(macvlanAttribute.mode, putU32(macvlanMode.bridge));
  const kind = attribute(linkInfoAttribute.kind, Buffer.from(macvlanKind));
  const info = Buffer.concat([kind, attribute(linkInfoAttribute.data, mode)]);
  return Buffer.concat([
    linkHeader(0),
    attribute(linkAttribute.name, Buffer.from(`${name}\0`)),
    attribute(linkAttribute.parent, putU32(parentIndex)),
    attribute(linkAttribute.address, macAddressToBytes(mac)),
    attribute(linkAttribute.info, info),
  ]);
}

/** Of RTM_SETLINK: up or down. */
export function linkStatePayload(index: number, up: boolean): Buffer {
  return linkHeader(index, { flags: up ? linkFlag.up : 0, change: linkFlag.up });
}

/** Of RTM_DELLINK. */
export function linkPayload(index: number): Buffer {
  return linkHeader(index);
}

/** struct ifinfomsg: family, padding, type (2 bytes), index, flags, which flags are meant. */
function linkHeader(index: number, { flags, change } = { flags: 0, change: 0 }): Buffer {
  return Buffer.concat([Buffer.alloc(4), putS32(index), putU32(flags), putU32(change)]);
}
