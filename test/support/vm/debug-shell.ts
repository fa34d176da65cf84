/**
 * The root shell on a machine's second serial line. The image has no login: this is how a test
 * looks inside, and how it breaks things.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { stripVTControlCharacters } from "node:util";
import { until } from "../lab/time.ts";

/** A terminal takes no longer line (N_TTY_BUF_SIZE). */
const longestLine = 4000;

const pollMs = 1000;

export interface ShellResult {
  readonly code: number;
  readonly output: string;
}

export class DebugShell {
  readonly #socket: Socket;
  #received = "";
  #count = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => (this.#received += text));
    socket.on("error", () => undefined); // the machine was powered off: commands run into their limit
    socket.unref();
  }

  static async connect(path: string): Promise<DebugShell> {
    const socket = connect(path);
    await once(socket, "connect");
    return new DebugShell(socket);
  }

  /** Waits for the shell of the real system, not that of the initrd, and makes it quiet. */
  async waitUntilReady(limit: number): Promise<void> {
    const ready = this.#mark();
    const ask = `\nstty -echo; PS1=; PS2=; [ -e /etc/initrd-release ] || ${printing(ready)}\n`;
    const what = "a shell on the second serial line";
    await until({ what, limit, every: pollMs }, () => {
      this.#socket.write(ask);
      return this.#received.includes(ready);
    });
    // The answers to what was asked too often end here.
    await this.run("true", limit);
  }

  /** Runs a command in a shell of its own; standard output and error come together. */
  async run(command: string, limit: number): Promise<ShellResult> {
    if (command.split("\n").some((line) => line.length > longestLine)) {
      throw new Error("a line is too long for a terminal");
    }
    const [begin, end] = [this.#mark(), this.#mark()];
    this.#received = "";
    this.#socket.write(
      `${printing(begin)}; (${command}\n) </dev/null 2>&1; ${printing(`${end} $?`)}\n`,
    );
    const pattern = new RegExp(`${begin}\\r?\\n([^]*?)${end} (\\d+)`);
    const what = `the end of: ${command}`;
    const match = await until(
      { what, limit, every: 50 },
      () => pattern.exec(this.#received) ?? undefined,
    );
    return {
      code: Number(match[2]),
      output: stripVTControlCharacters(match[1] ?? "").replaceAll("\r", ""),
    };
  }

  #mark(): string {
    return `mark-${process.pid}-${(this.#count += 1)}`;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Written in two parts, so that the echo of the command is not taken for its output. */
function printing(text: string): string {
  return `echo "ma""${text.slice(2)}"`;
}
