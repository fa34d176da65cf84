/**
 * Runs on the client of a lab, started by prober.ts: a new TCP connection and one GET each few
 * milliseconds. Sends what came of them to its parent in batches, and ends when the parent does.
 */
import { connect } from "node:net";
import type { Answer } from "./probe-answers.ts";
import { monotonicNow } from "./time.ts";

export interface ProberSettings {
  readonly address: string;
  readonly port: number;
  /** Milliseconds between two questions. */
  readonly every: number;
  /** Milliseconds until a question counts as failed. */
  readonly timeout: number;
  readonly maxOutstanding: number;
  /** Milliseconds until the prober ends by itself. */
  readonly maxRuntime: number;
}

const batchInterval = 40;
const request = "GET / HTTP/1.0\r\n\r\n";

/** The body of a complete and good answer; undefined for everything else. */
function pageOf(response: string): string | undefined {
  const [head = "", body] = response.split("\r\n\r\n");
  return /^HTTP\/1\.\d 200 /.test(head) ? body?.trim() : undefined;
}

function ask(settings: ProberSettings, done: (answer: Answer) => void): void {
  const asked = monotonicNow();
  let response = "";
  const socket = connect({ host: settings.address, port: settings.port });
  const timer = setTimeout(() => socket.destroy(), settings.timeout);
  socket.on("connect", () => socket.write(request));
  socket.on("data", (data) => (response += data.toString("latin1")));
  socket.on("error", () => undefined); // "close" follows, and the answer is not complete
  socket.on("close", () => {
    clearTimeout(timer);
    done({ asked, ended: monotonicNow(), page: pageOf(response) });
  });
}

function run(settings: ProberSettings): void {
  const start = monotonicNow();
  let outstanding = 0;
  let batch: Answer[] = [];
  const askNext = (): void => {
    if (monotonicNow() - start > settings.maxRuntime) process.exit(0);
    if (outstanding >= settings.maxOutstanding) return;
    outstanding += 1;
    ask(settings, (answer) => {
      outstanding -= 1;
      batch.push(answer);
    });
  };
  setInterval(askNext, settings.every);
  setInterval(() => {
    if (batch.length > 0) process.send?.(batch);
    batch = [];
  }, batchInterval);
}

process.on("disconnect", () => process.exit(0));
run(JSON.parse(process.argv[2] ?? "{}") as ProberSettings);
