import { RawNetlinkSocket } from "netlink/dist/raw.js";
import { systemErrorFrom } from "../system-error.ts";

/** NETLINK_NETFILTER (netlink(7)). */
const netfilterProtocol = 12;
/** NFNLGRP_NFTABLES (linux/netfilter/nfnetlink.h): whatever is changed in nftables. */
const nftablesGroup = 7;
/** The kernel makes the least of it that it knows: that there was a message is all that counts. */
const receiveBufferBytes = 1;

/**
 * Hears that something was changed in nftables, by anybody. It leaves the group with the first word
 * of it: a ruleset that is changed thousands of times costs one message, until the next one is
 * asked for.
 */
export class RulesetWatch {
  #socket: RawNetlinkSocket | undefined;
  #onChange: (() => void) | undefined;

  /** Opening it twice is allowed. Answers why it cannot be opened, else undefined. */
  open(): string | undefined {
    try {
      this.#socket ??= this.#openSocket();
      return undefined;
    } catch (error) {
      return systemErrorFrom("watch nftables", error).message;
    }
  }

  /** Resolves with the first change after this call; who asked before is forgotten. */
  nextChange(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#onChange === undefined) this.#socket?.addMembership(nftablesGroup);
    this.#onChange = resolve;
    return promise;
  }

  /**
   * At the end only: while a socket of this kind is closed, the kernel may wait for a change that is
   * under way (nft_rcv_nl_event in net/netfilter/nf_tables_api.c).
   */
  close(): void {
    this.#onChange = undefined;
    this.#socket?.close();
    this.#socket = undefined;
  }

  #openSocket(): RawNetlinkSocket {
    const sizes = { recvBufferSize: receiveBufferBytes, sendBufferSize: 0 };
    const socket = new RawNetlinkSocket(netfilterProtocol, sizes);
    const changed = () => this.#changed();
    socket.on("message", changed);
    socket.on("truncatedMessage", changed);
    // ENOBUFS: more than the buffer holds was changed at once.
    socket.on("error", changed);
    return socket;
  }

  #changed(): void {
    if (this.#onChange === undefined) return;
    this.#socket?.dropMembership(nftablesGroup);
    this.#onChange();
    this.#onChange = undefined;
  }
}
