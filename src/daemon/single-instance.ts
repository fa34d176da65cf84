import { createServer } from "node:net";

/**
 * Takes the one place that a network namespace has for a gatepair daemon: two would fight over
 * its addresses. An abstract socket (unix(7)) belongs to the namespace, is taken atomically, and
 * is free again the moment its owner is gone, however that ended. False when it is taken.
 */
export function takeSingleInstance(): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const place = createServer((socket) => socket.destroy());
    place.unref();
    place.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    place.listen("\0gatepair", () => resolve(true));
  });
}
