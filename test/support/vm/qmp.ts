/** A client of the QEMU Machine Protocol: one JSON object a line (qemu-qmp-ref(7)). */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

const answerLimitMs = 30_000;

interface QmpMessage {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

export class Qmp {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static async connect(path: string): Promise<Qmp> {
    const socket = connect(path);
    await once(socket, "connect");
    socket.on("error", () => undefined); // the machine was powered off: the lines end
    socket.unref();
    const qmp = new Qmp(socket);
    await qmp.execute("qmp_capabilities");
    return qmp;
  }

  /** Runs one command; commands are not to overlap. */
  async execute(
    command: string,
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: options })}\n`);
    const deadline = setTimeout(() => this.#socket.destroy(), answerLimitMs);
    try {
      return await this.#answer(command);
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Events and the greeting come in between. */
  async #answer(command: string): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`QEMU did not answer ${command}`);
      const message = JSON.parse(value) as QmpMessage;
      if (message.error !== undefined) throw new Error(`${command}: ${message.error.desc}`);
      if ("return" in message) return message.return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
