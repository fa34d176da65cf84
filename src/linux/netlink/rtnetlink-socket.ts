import { type ErrnoException, type MessageInfo, RawNetlinkSocket } from "netlink/dist/raw.js";
import { formatMessage, type NetlinkMessage, parseMessages } from "netlink/dist/structs.js";
import { setImmediate } from "node:timers/promises";
import { systemErrorFrom } from "../system-error.ts";

/** NETLINK_ROUTE (netlink(7)). */
const routeProtocol = 0;
const kernelPort = 0;
/** The package reads this many in one turn of the event loop, or fewer when there are no more. */
const datagramsPerTurn = 32;

export interface RtnetlinkSocketOptions {
  /** RTNLGRP_* numbers to hear notifications of. */
  readonly groups: readonly number[];
  /** Undefined leaves the system's default. */
  readonly receiveBufferBytes?: number | undefined;
  readonly onMessage: (message: NetlinkMessage) => void;
  /**
   * What the socket reports: ENOBUFS when the kernel had to drop messages; after it the socket
   * goes on. EBADMSG for what could not be read.
   */
  readonly onError: (code: string, detail: string) => void;
}

/**
 * An rtnetlink socket that speaks in single messages. (The package's own `NetlinkSocket` takes the
 * notifications that come in between the rows of a dump for the end of the dump, and the generated
 * parsers behind it refuse attributes that they do not know, like IFA_PROTO.)
 */
export class RtnetlinkSocket {
  /** The kernel puts it into its answers, and into the notifications of what was asked for here. */
  readonly port: number;
  readonly #socket: RawNetlinkSocket;
  readonly #options: RtnetlinkSocketOptions;
  #sequence = 0;
  #datagrams = 0;
  #open = true;

  /** Throws SystemError. */
  constructor(options: RtnetlinkSocketOptions) {
    this.#options = options;
    this.#socket = openSocket(options);
    this.#socket.on("message", (datagram, sender) => this.#receive(datagram, sender));
    this.#socket.on("truncatedMessage", () =>
      options.onError("EBADMSG", "a message was cut short"),
    );
    this.#socket.on("error", (error) => options.onError(error.code, error.message));
    this.port = this.#socket.address().port;
  }

  /**
   * Hands the message to the kernel, which has acted on it when this returns. Gives its sequence
   * number, which the answers carry.
   */
  send(
    message: { readonly type: number; readonly flags: number; readonly payload: Uint8Array },
    onFailure: (error: ErrnoException) => void,
  ): number {
    this.#sequence = (this.#sequence % 0xffff_ffff) + 1;
    const seq = this.#sequence;
    const { type, flags, payload } = message;
    const data = formatMessage({ type, flags, seq, port: this.port, data: payload });
    this.#socket.send(data, {}, (error) => error && onFailure(error));
    return seq;
  }

  /**
   * Resolves when everything that was waiting in the receive buffer has been read. After an overrun
   * the kernel drops every notification, without a further word, until the buffer is empty once
   * (netlink_overrun and netlink_rcv_wake in net/netlink/af_netlink.c).
   */
  async drained(): Promise<void> {
    // In the turn of an error nothing is read.
    await setImmediate();
    let before;
    do {
      before = this.#datagrams;
      await setImmediate();
    } while (this.#datagrams - before >= datagramsPerTurn);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.close();
  }

  #receive(datagram: Buffer, sender: MessageInfo): void {
    this.#datagrams += 1;
    // Any process may write to a netlink socket's port; only the kernel's word counts.
    if (sender.port !== kernelPort) return;
    for (const message of this.#split(datagram)) {
      if (this.#open) this.#options.onMessage(message);
    }
  }

  #split(datagram: Buffer): readonly NetlinkMessage[] {
    try {
      return parseMessages(datagram);
    } catch (error) {
      this.#options.onError("EBADMSG", String(error));
      return [];
    }
  }
}

function openSocket(options: RtnetlinkSocketOptions): RawNetlinkSocket {
  try {
    const socket = new RawNetlinkSocket(routeProtocol, {
      recvBufferSize: options.receiveBufferBytes ?? 0,
      sendBufferSize: 0,
    });
    for (const group of options.groups) socket.addMembership(group);
    return socket;
  } catch (error) {
    throw systemErrorFrom("open a netlink socket", error);
  }
}
