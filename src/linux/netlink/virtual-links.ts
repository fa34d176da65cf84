import { isVirtualLink } from "#vrrp/virtual-mac.ts";
import type { InterfaceTable } from "./interface-table.ts";
import { macvlanKind, messageFlag, messageType } from "./messages/constants.ts";
import {
  linkPayload,
  linkStatePayload,
  type MacvlanRequest,
  macvlanPayload,
} from "./messages/macvlan-request.ts";
import type { RequestChannel } from "./request-channel.ts";
import type { Link, RequestOutcome } from "./types.ts";

/** The interfaces that carry the virtual MAC addresses. No other is ever changed or removed here. */
export class VirtualLinks {
  readonly #table: InterfaceTable;
  readonly #channel: RequestChannel;
  /** Indexes by name: every change of anything makes all of them be looked for. */
  readonly #found = new Map<string, number>();

  constructor(table: InterfaceTable, channel: RequestChannel) {
    this.#table = table;
    this.#channel = channel;
  }

  /** Those that are there, those of an earlier run among them. */
  own(): readonly Link[] {
    return this.#table.links.values().filter(isOwnVirtualLink).toArray();
  }

  /** The one that is as asked for. */
  find(request: MacvlanRequest): Link | undefined {
    const { links } = this.#table;
    const known = links.get(this.#found.get(request.name) ?? -1);
    if (known !== undefined && fits(known, request)) return known;
    const found = links.values().find((link) => fits(link, request));
    if (found === undefined) this.#found.delete(request.name);
    else this.#found.set(request.name, found.index);
    return found;
  }

  /** Makes one, down. Codes: errno; EEXIST when an interface has the name that is not ours. */
  async create(request: MacvlanRequest): Promise<RequestOutcome> {
    const obsolete = this.own().find(({ name }) => name === request.name);
    // Its parent has another name now.
    if (obsolete !== undefined) void this.remove(obsolete.index);
    const { outcome } = await this.#channel.request({
      type: messageType.newLink,
      flags: messageFlag.create | messageFlag.exclusive,
      payload: macvlanPayload(request),
    });
    return outcome;
  }

  /** Codes: ENODEV, or another errno. */
  async setState(index: number, up: boolean): Promise<RequestOutcome> {
    if (!this.#isOwn(index)) return absent;
    const payload = linkStatePayload(index, up);
    const type = messageType.setLink;
    return (await this.#channel.request({ type, flags: 0, payload })).outcome;
  }

  /** Codes: ENODEV, or another errno. */
  async remove(index: number): Promise<RequestOutcome> {
    if (!this.#isOwn(index)) return absent;
    const payload = linkPayload(index);
    const type = messageType.delLink;
    return (await this.#channel.request({ type, flags: 0, payload })).outcome;
  }

  /** All of them, also those of an earlier run. */
  async removeAll(): Promise<{ name: string; outcome: RequestOutcome }[]> {
    const removed = this.own().map(async ({ name, index }) => {
      return { name, outcome: await this.remove(index) };
    });
    return Promise.all(removed);
  }

  #isOwn(index: number): boolean {
    const link = this.#table.links.get(index);
    return link !== undefined && isOwnVirtualLink(link);
  }
}

function fits(link: Link, { name, mac, parentIndex }: MacvlanRequest): boolean {
  return (
    link.name === name &&
    link.mac === mac &&
    link.parentIndex === parentIndex &&
    isOwnVirtualLink(link)
  );
}

/** Whether Gatepair made the interface, in this run or an earlier one. */
export function isOwnVirtualLink({ kind, name, mac }: Link): boolean {
  return kind === macvlanKind && isVirtualLink(name, mac);
}

const absent: RequestOutcome = { ok: false, code: "ENODEV", message: "there is no such interface" };
