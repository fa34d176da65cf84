import { type NetlinkMessage, parseError } from "netlink/dist/structs.js";
import { getSystemErrorMessage, getSystemErrorName } from "node:util";
import type { Milliseconds } from "#base/time.ts";
import { messageFlag, messageType } from "./messages/constants.ts";
import { RtnetlinkSocket } from "./rtnetlink-socket.ts";
import type { RequestOutcome } from "./types.ts";

export interface KernelRequest {
  /** RTM_* */
  readonly type: number;
  /** NLM_F_* beyond REQUEST and ACK. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

export interface Answer {
  readonly outcome: RequestOutcome;
  /** The notification of the change, when NLM_F_ECHO asked for it. */
  readonly echo: NetlinkMessage | undefined;
}

/**
 * For the answers to all requests of one turn of the event loop, read in the next. The kernel counts
 * about 2.5 kB for the two of an address that is added: for 255 more than its default of 208 kB.
 */
const receiveBufferBytes = 4 * 1024 * 1024;

interface Pending {
  readonly settle: (outcome: RequestOutcome) => void;
  echo: NetlinkMessage | undefined;
}

/**
 * Requests that change something, on a socket of their own: it hears no notifications, so a flood
 * of them cannot push out the acknowledgement of a request.
 */
export class RequestChannel {
  readonly #socket: RtnetlinkSocket;
  readonly #timeLimit: Milliseconds;
  readonly #pending = new Map<number, Pending>();
  #open = true;

  /** Throws SystemError. */
  constructor(timeLimit: Milliseconds, onError: (code: string, detail: string) => void) {
    this.#timeLimit = timeLimit;
    this.#socket = new RtnetlinkSocket({
      groups: [],
      receiveBufferBytes,
      onMessage: (message) => this.#receive(message),
      onError,
    });
  }

  /** The kernel has acted when the call returns (rtnetlink works within sendmsg). Never rejects. */
  request({ type, flags, payload }: KernelRequest): Promise<Answer> {
    if (!this.#open) return Promise.resolve({ outcome: closed, echo: undefined });
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const allFlags = flags | messageFlag.request | messageFlag.acknowledge;
    const sequence = this.#socket.send({ type, flags: allFlags, payload }, (error) => {
      this.#settle(sequence, { ok: false, code: error.code, message: error.message });
    });
    const timer = setTimeout(() => this.#settle(sequence, timedOut), this.#timeLimit);
    const pending: Pending = {
      echo: undefined,
      settle: (outcome) => {
        clearTimeout(timer);
        resolve({ outcome, echo: pending.echo });
      },
    };
    this.#pending.set(sequence, pending);
    return promise;
  }

  close(): void {
    this.#open = false;
    this.#socket.close();
    for (const sequence of this.#pending.keys()) this.#settle(sequence, closed);
  }

  #receive(message: NetlinkMessage): void {
    if (message.type === messageType.error) {
      const { errno } = parseError(message.data, message.flags);
      return this.#settle(message.seq, errno === 0 ? { ok: true } : refused(errno));
    }
    const pending = this.#pending.get(message.seq);
    if (pending !== undefined) pending.echo = message;
  }

  #settle(sequence: number, outcome: RequestOutcome): void {
    const pending = this.#pending.get(sequence);
    this.#pending.delete(sequence);
    pending?.settle(outcome);
  }
}

const closed: RequestOutcome = {
  ok: false,
  code: "ECANCELED",
  message: "the netlink socket is closed",
};

const timedOut: RequestOutcome = {
  ok: false,
  code: "ETIMEDOUT",
  message: "the kernel did not acknowledge the request in time",
};

function refused(errno: number): RequestOutcome {
  return { ok: false, code: getSystemErrorName(errno), message: getSystemErrorMessage(errno) };
}
