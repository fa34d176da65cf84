import { chmod, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import {
  type ControlCommand,
  type ControlResponse,
  controlVersion,
  longestLine,
  parseRequest,
} from "./protocol.ts";
import { readLine } from "./read-line.ts";

/** More than a few operators at once is a mistake or an attack. */
const maxConnections = 32;
/** For the request to arrive, and for the answer to be taken, in milliseconds. */
const patience = 5000;
/** At the end, for the answers that are under way. */
const closeDeadline = 1000;

export type ControlHandler = (command: ControlCommand) => Promise<Omit<ControlResponse, "version">>;

export interface ControlServer {
  close(): Promise<void>;
}

/**
 * Listens on the control socket. The mode 0660 of the socket decides who may: root and the group
 * of the daemon. What an earlier run left there is replaced.
 */
export async function startControlServer(
  path: string,
  handle: ControlHandler,
): Promise<ControlServer> {
  await rm(path, { force: true });
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    void serve(socket, handle);
  });
  server.maxConnections = maxConnections;
  await listen(server, path);
  await chmod(path, 0o660);
  return { close: () => closeServer(server, path, connections) };
}

function listen(server: Server, path: string): Promise<void> {
  // The directory lets nobody else in meanwhile; the mask is for an operator's own directory.
  const mask = process.umask(0o117);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
    process.umask(mask);
  });
}

async function serve(socket: Socket, handle: ControlHandler): Promise<void> {
  socket.setTimeout(patience);
  const line = await readLine(socket, longestLine);
  const request = line === undefined ? undefined : parseRequest(line);
  socket.setTimeout(0);
  const answer =
    request === undefined
      ? { ok: false, message: "that is no request of this version of gatepair" }
      : await handle(request.command).catch(refuseFailed);
  if (!socket.writable) return;
  // A client that does not take its answer, or does not hang up then, is not waited for.
  socket.setTimeout(patience, () => socket.destroy());
  socket.end(`${JSON.stringify({ version: controlVersion, ...answer })}\n`, () => socket.destroy());
}

function refuseFailed(error: unknown) {
  const reason = error instanceof Error ? error.message : String(error);
  return { ok: false, message: `the daemon could not do it: ${reason}` };
}

async function closeServer(
  server: Server,
  path: string,
  connections: ReadonlySet<Socket>,
): Promise<void> {
  const timer = setTimeout(() => {
    for (const socket of connections) socket.destroy();
  }, closeDeadline);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  clearTimeout(timer);
  await rm(path, { force: true });
}
