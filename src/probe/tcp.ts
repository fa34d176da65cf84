import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { ProbeOptions } from "./probe-options.ts";

/** Where to connect. */
export interface TcpProbe {
  /** An IP address or a host name. */
  readonly address: string;
  readonly port: number;
  /** In milliseconds, for the whole of the check. */
  readonly timeout: number;
}

export type TcpProbeResult =
  | { readonly ok: true; readonly seconds: number }
  | { readonly ok: false; readonly error: string; readonly seconds: number };

/** Connects once and closes again, within the time limit. Never rejects. */
export async function probeTcp(
  probe: TcpProbe,
  options: ProbeOptions = {},
): Promise<TcpProbeResult> {
  const begin = performance.now();
  const error = await tryToConnect(probe, options);
  const seconds = (performance.now() - begin) / 1000;
  return error === undefined ? { ok: true, seconds } : { ok: false, error, seconds };
}

/** What went wrong, if anything. */
async function tryToConnect(
  { address, port, timeout }: TcpProbe,
  { lookup, signal }: ProbeOptions,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host: address, port, ...(lookup && { lookup }) });
  const timer = setTimeout(() => resolve(`no connection within ${timeout} ms`), timeout);
  const abort = () => resolve("ended early");
  signal?.addEventListener("abort", abort);
  socket.once("error", (error) => resolve(error.message));
  socket.once("connect", () =>
    resolve(isSelfConnected(socket) ? "nobody listens there" : undefined),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    socket.on("error", () => {}).destroy();
  }
}

/** Where nobody listens on a port of this host, TCP may have picked that very port to come from. */
function isSelfConnected({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean {
  return localPort === remotePort && localAddress === remoteAddress;
}
