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
  /**
   * Milliseconds until a question counts as failed. Only those in which the prober itself ran: when
   * the whole machine stands still, the answer may be there and unread.
   */
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

/** Calls back once it has passed, counted in ticks of the event loop that came when they were due. */
function afterAwakeTime(duration: number, done: () => void): () => void {
  const tick = 10;
  let left = Math.ceil(duration / tick);
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    done();
  }, tick);
  return () => clearInterval(timer);
}

function ask(settings: ProberSettings, done: (answer: Answer) => void): void {
  const asked = monotonicNow();
  let response = "";
  const socket = connect({ host: settings.address, port: settings.port });
  const stopWaiting = afterAwakeTime(settings.timeout, () => socket.destroy());
  socket.on("connect", () => socket.write(request));
  socket.on("data", (data) => (response += data.toString("latin1")));
  socket.on("error", () => undefined); // "close" follows, and the answer is not complete
  socket.on("close", () => {
    stopWaiting();
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
