/** The kernel drops what arrives when so many packets wait in a socket (see vrrp-socket.ts). */
const socketRoom = 168;

/** The package `netlink` reads so many messages in one turn; of packets all that wait are read. */
const messagesPerTurn = 32;

type Callback = () => void;

/**
 * The order in which things are done (src/daemon/timers.ts): in each turn first what sockets have,
 * then the timers that are due. It only shows after the process stood still: then much is waiting.
 */
export class EventLoop {
  readonly #sockets = new Map<string, Callback[]>();
  #timers: Callback[] = [];
  #standing = false;
  #ended = false;

  get standing(): boolean {
    return this.#standing;
  }

  /** SIGSTOP, or a machine too busy for it: what arrives waits. */
  stand(): void {
    this.#standing = true;
  }

  goOn(): void {
    this.#standing = false;
    while (!this.#ended && this.#turn());
  }

  end(): void {
    this.#ended = true;
  }

  /** Something can be read from a socket. */
  arrive(socket: string, read: Callback): void {
    if (this.#ended) return;
    if (!this.#standing) return read();
    const waiting = this.#sockets.get(socket) ?? [];
    this.#sockets.set(socket, waiting);
    if (socket === "netlink" || waiting.length < socketRoom) waiting.push(read);
  }

  /** A timer is due. */
  due(fire: Callback): void {
    if (this.#ended) return;
    if (this.#standing) this.#timers.push(fire);
    else fire();
  }

  /** Says whether there was anything to do. */
  #turn(): boolean {
    const read = [...this.#sockets].flatMap(([socket, waiting]) =>
      waiting.splice(0, socket === "netlink" ? messagesPerTurn : waiting.length),
    );
    const timers = this.#timers;
    this.#timers = [];
    const callbacks = [...read, ...timers];
    for (const callback of callbacks) if (!this.#ended) callback();
    return callbacks.length > 0;
  }
}
