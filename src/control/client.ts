import { connect, type Socket } from "node:net";
import { join } from "node:path";
import {
  type ControlCommand,
  type ControlResponse,
  controlVersion,
  longestLine,
  parseResponse,
  socketName,
} from "./protocol.ts";
import { readLine } from "./read-line.ts";

export type ControlOutcome =
  | { readonly reached: true; readonly response: ControlResponse }
  | { readonly reached: false; readonly message: string };

/** A mail server that answers nothing, or an nginx that takes its time to stop. */
const longestAnswer = 180_000;

/** Asks the daemon whose runtime directory that is; waits for its answer for `patience` ms. */
export async function askDaemon(
  runtimeDirectory: string,
  command: ControlCommand,
  patience = longestAnswer,
): Promise<ControlOutcome> {
  const path = join(runtimeDirectory, socketName);
  const connection = await open(path);
  if (typeof connection === "string") {
    return { reached: false, message: `no daemon answers on ${path}: ${connection}` };
  }
  connection.setTimeout(patience);
  connection.write(`${JSON.stringify({ version: controlVersion, command })}\n`);
  const line = await readLine(connection, longestLine);
  connection.destroy();
  const response = line === undefined ? undefined : parseResponse(line);
  if (response !== undefined) return { reached: true, response };
  return { reached: false, message: `the daemon on ${path} gave no answer that can be read` };
}

function open(path: string): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(explain(error)));
  });
}

function explain(error: NodeJS.ErrnoException): string {
  if (error.code === "EACCES") return "you may not use it: be root or in the group of the daemon";
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") return "is gatepair running?";
  return error.message;
}
