import { familyOf, hostPrefixLength } from "#base/ip-address.ts";
import { messageFlag, messageType } from "./messages/constants.ts";
import type { InterfaceTable } from "./interface-table.ts";
import {
  addressPayload,
  isOwnLease,
  type Lease,
  type LeasedAddress,
  leasePayload,
} from "./messages/lease-request.ts";
import { parseKernelMessage } from "./messages/parse-message.ts";
import type { Answer, RequestChannel } from "./request-channel.ts";
import type { InterfaceAddress, RequestOutcome } from "./types.ts";

/**
 * Addresses that the kernel takes away unless they are renewed. Nothing here touches an address
 * that somebody else added: a renewal would turn a permanent address into one that ends.
 */
export class AddressLeases {
  readonly #table: InterfaceTable;
  readonly #channel: RequestChannel;

  constructor(table: InterfaceTable, channel: RequestChannel) {
    this.#table = table;
    this.#channel = channel;
  }

  /** The leases that are there, those of an earlier run among them. */
  own(): readonly InterfaceAddress[] {
    return this.#table.addresses.values().filter(isOwnLease).toArray();
  }

  /** Codes: FOREIGN, UNMARKED, EEXIST when it is there already, or another errno. */
  async add(lease: Lease): Promise<RequestOutcome> {
    if (this.#isForeign(lease)) return foreign;
    const flags = messageFlag.create | messageFlag.exclusive | messageFlag.echo;
    const type = messageType.newAddress;
    const answer = await this.#channel.request({ type, flags, payload: leasePayload(lease) });
    return answer.outcome.ok && isUnmarked(answer, lease) ? unmarked : answer.outcome;
  }

  /**
   * Codes: FOREIGN, ABSENT, or an errno. The kernel would add an address that is not there, with
   * or without NLM_F_CREATE (inet_rtm_newaddr, inet6_rtm_newaddr); so that one that was removed is not put back in
   * silence, it must be in the table.
   */
  async renew(lease: Lease): Promise<RequestOutcome> {
    if (this.#isForeign(lease)) return foreign;
    if (!this.#holds(lease)) return absent;
    const { outcome } = await this.#channel.request({
      type: messageType.newAddress,
      flags: messageFlag.replace,
      payload: leasePayload(lease),
    });
    return outcome;
  }

  /** Codes: FOREIGN, EADDRNOTAVAIL when it is not there, or another errno. */
  async remove(leased: LeasedAddress): Promise<RequestOutcome> {
    if (this.#isForeign(leased)) return foreign;
    const { outcome } = await this.#channel.request({
      type: messageType.delAddress,
      flags: 0,
      payload: addressPayload(leased),
    });
    return outcome;
  }

  #isForeign(leased: LeasedAddress): boolean {
    return this.#table.addressesLike(leased).some((address) => !isOwnLease(address));
  }

  #holds(leased: LeasedAddress): boolean {
    const { prefixLength = hostPrefixLength(leased.address) } = leased;
    return this.#table
      .addressesLike(leased)
      .some((address) => address.prefixLength === prefixLength);
  }
}

const foreign: RequestOutcome = {
  ok: false,
  code: "FOREIGN",
  message: "the address is on the interface already, and Gatepair has not added it",
};

const absent: RequestOutcome = {
  ok: false,
  code: "ABSENT",
  message: "the address is not on the interface any more",
};

/** Kernels before 5.18 ignore IFA_PROTO. The address is left to end by itself. */
const unmarked: RequestOutcome = {
  ok: false,
  code: "UNMARKED",
  message: "the kernel does not mark addresses with who added them; Linux 5.18 or later is needed",
};

/**
 * IPv6 addresses are never echoed (inet6_ifa_notify in net/ipv6/addrconf.c), and their notification
 * comes a little after the acknowledgement (addrconf_dad_work): there an address that is
 * not marked counts as foreign at its first renewal.
 */
function isUnmarked({ echo }: Answer, { address }: Lease): boolean {
  if (echo === undefined) return familyOf(address) === "ipv4";
  const message = parseKernelMessage(echo);
  return message?.type !== "address" || !isOwnLease(message.address);
}
