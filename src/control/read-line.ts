import type { Socket } from "node:net";

/**
 * The first line that arrives, without its end; undefined when none does within the limits. What
 * comes after it is thrown away.
 */
export function readLine(socket: Socket, longest: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const finish = (line?: string) => {
      socket.off("data", read);
      resolve(line);
    };
    const read = (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end !== -1) finish(text.slice(0, end));
      else if (text.length > longest) finish();
    };
    socket.setEncoding("utf8").on("data", read);
    for (const event of ["end", "error", "timeout", "close"]) socket.on(event, () => finish());
  });
}
