/**
 * Connects this terminal to a serial line of a virtual machine: node image/run/attach.ts SOCKET
 *
 * Ctrl-] leaves; the machine goes on.
 */
import { connect } from "node:net";

const leave = 0x1d;

const path = process.argv[2];
if (path === undefined) throw new Error("the socket is missing");
const line = connect(path);
line.once("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
line.once("connect", () => {
  console.error("connected; Enter brings the prompt, Ctrl-] leaves");
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  process.stdin.on("data", (bytes: Buffer) => {
    if (bytes.includes(leave)) line.end();
    else line.write(bytes);
  });
});
line.pipe(process.stdout);
line.once("close", () => {
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  process.stdin.destroy();
});
