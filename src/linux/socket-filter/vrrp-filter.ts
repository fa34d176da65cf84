import { ipAddressToBytes } from "#base/ip-address.ts";
import { vrrpGroup6, vrrpTimeToLive } from "#vrrp/constants.ts";
import {
  drop,
  keepBits,
  loadByte,
  loadWord,
  networkHeader,
  pass,
  type Program,
  unlessEqual,
  whenEqual,
} from "./program.ts";

/** Where the fields of the IPv6 header are (RFC 8200, 3). */
const hopLimitOffset = networkHeader + 7;
const destinationOffset = networkHeader + 24;

/** fe80::/10, of the first four bytes. */
const linkLocal = { mask: 0xffc0_0000, value: 0xfe80_0000 } as const;

/** What is left of the payload of a packet with a wrong Hop Limit: enough to count it. */
const refusedLength = 1;

/**
 * For a raw IPv6 socket of VRRP, on which IPV6_MINHOPCOUNT has no effect. What is addressed neither
 * to the group nor to a link-local address is dropped: it may come from anywhere in the world. What is
 * for the group was sent on this link; with another Hop Limit than 255 it is cut down to one byte, so
 * that nobody can take it for a message (RFC 9568, 7.1), and is still counted. By unicast the peers
 * say which Hop Limit is right.
 */
export function vrrpFilter(): Program {
  const group = new DataView(ipAddressToBytes(vrrpGroup6).buffer);
  const toGroup = [0, 4, 8, 12].flatMap((word) =>
    loadWord(destinationOffset + word).concat(unlessEqual(group.getUint32(word), drop)),
  );
  return [
    ...loadWord(destinationOffset),
    ...keepBits(linkLocal.mask),
    ...whenEqual(linkLocal.value, pass()),
    ...toGroup,
    ...loadByte(hopLimitOffset),
    ...unlessEqual(vrrpTimeToLive, pass(refusedLength)),
    ...pass(),
  ];
}
