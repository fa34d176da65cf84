import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { performance } from "node:perf_hooks";
import type { ProbeOptions } from "./probe-options.ts";

/** Where to ask, and what counts as an answer. Statuses are ranges, both ends included. */
export interface HttpProbe {
  readonly url: string;
  /** In milliseconds, for the whole of the check. */
  readonly timeout: number;
  readonly expectStatus: readonly { readonly first: number; readonly last: number }[];
}

export type HttpProbeResult =
  | { readonly ok: true; readonly status: number; readonly seconds: number }
  | { readonly ok: false; readonly error: string; readonly seconds: number };

/** No more of a body is read than this: the check is for an answer, not for a page. */
const bodyLimit = 64 * 1024;

/**
 * Asks once, over a connection of its own, and answers within the time limit. Never rejects.
 */
export async function probeHttp(
  probe: HttpProbe,
  options: ProbeOptions = {},
): Promise<HttpProbeResult> {
  const begin = performance.now();
  const outcome = await ask(probe, options);
  const seconds = (performance.now() - begin) / 1000;
  if (typeof outcome === "string") return { ok: false, error: outcome, seconds };
  const expected = probe.expectStatus.some(
    ({ first, last }) => outcome >= first && outcome <= last,
  );
  if (expected) return { ok: true, status: outcome, seconds };
  return { ok: false, error: `status ${outcome}`, seconds };
}

/** The status, or what went wrong. */
async function ask(probe: HttpProbe, options: ProbeOptions): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  const request = open(new URL(probe.url), options);
  const timer = setTimeout(() => {
    resolve(`no answer within ${probe.timeout} ms`);
    request.destroy();
  }, probe.timeout);
  request.on("error", (error) => resolve(error.message));
  request.on("response", (response) => readAnswer(response, resolve));
  request.end();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    request.destroy();
  }
}

function open(url: URL, options: ProbeOptions): ClientRequest {
  const headers = { "user-agent": "gatepair-probe", connection: "close" };
  const common = { headers, ...options };
  if (url.protocol !== "https:") return httpRequest(url, { ...common, agent: new HttpAgent() });
  // The certificate is for the public name: on loopback there is nobody to be fooled by.
  const agent = new HttpsAgent({ rejectUnauthorized: !isLoopback(url.hostname) });
  return httpsRequest(url, { ...common, agent });
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

function readAnswer(response: IncomingMessage, resolve: (outcome: number | string) => void): void {
  let size = 0;
  const finish = () => resolve(response.statusCode ?? 0);
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > bodyLimit) finish();
  });
  response.on("end", finish);
  response.on("error", (error) => resolve(error.message));
}
