import type { Socket } from "node:net";

/** The first line that arrives, without its end; undefined when none does within the limits. */
export function readLine(socket: Socket, longest: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end !== -1) resolve(text.slice(0, end));
      else if (text.length > longest) resolve(undefined);
    });
    for (const event of ["end", "error", "timeout", "close"]) {
      socket.on(event, () => resolve(undefined));
    }
  });
}
