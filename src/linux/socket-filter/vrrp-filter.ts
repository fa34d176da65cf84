import { ipAddressToBytes } from "#base/ip-address.ts";
import { vrrpGroup6, vrrpTimeToLive } from "#vrrp/constants.ts";
import {
  drop,
  loadByte,
  loadLength,
  loadWord,
  networkHeader,
  pass,
  type Program,
  unlessEqual,
  whenBelow,
} from "./program.ts";

/** Where the fields of the IPv6 header are (RFC 8200, 3). */
const hopLimitOffset = networkHeader + 7;
const destinationOffset = networkHeader + 24;

/** What is left of a packet with a wrong Hop Limit: enough to count it, and who sent it. */
export const refusedLength = 1;

/**
 * For a raw IPv6 socket of VRRP, which is handed no IP header, and on which IPV6_MINHOPCOUNT has no
 * effect. What is not addressed to the group is dropped: it may come from anywhere in the world.
 * What is was sent on this link; with another Hop Limit than 255 it is cut down to one byte, so that
 * nobody can take it for a message (RFC 9568, 7.1), and is still counted.
 */
export function vrrpFilter(): Program {
  const group = new DataView(ipAddressToBytes(vrrpGroup6).buffer);
  const toGroup = [0, 4, 8, 12].flatMap((word) =>
    loadWord(destinationOffset + word).concat(unlessEqual(group.getUint32(word), drop)),
  );
  return [
    ...toGroup,
    ...loadLength,
    // Else a message that is as short would be taken for one that was cut down.
    ...whenBelow(refusedLength + 1, drop),
    ...loadByte(hopLimitOffset),
    ...unlessEqual(vrrpTimeToLive, pass(refusedLength)),
    ...pass(),
  ];
}
