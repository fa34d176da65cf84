import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { milliseconds } from "#base/time.ts";
import { createTimers } from "../../src/daemon/timers.ts";

/** Calls back for many timers of different durations; gives by how much each was late. */
async function measureLateness(count: number): Promise<number[]> {
  const timers = createTimers();
  const fired = Array.from({ length: count }, (_, index) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const duration = milliseconds(1 + (index % 37) * 0.7);
    const start = performance.now();
    timers.arm(`timer ${index}`, duration, () => resolve(performance.now() - start - duration));
    // Node's own time stands still meanwhile, and its timers count from there.
    while (performance.now() - start < 0.05);
    return promise;
  });
  return Promise.all(fired);
}

describe("a timer of the event loop", () => {
  test("never fires before its duration has passed", async () => {
    const lateness = await measureLateness(1000);
    assert.ok(Math.min(...lateness) >= 0, `${Math.min(...lateness)} ms`);
  });

  test("of silence fires after what came in while this process stood still", async () => {
    const timers = createTimers();
    const seen: string[] = [];
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    socket.on("message", () => seen.push("packet"));
    await nextTurn(); // where Node's own timers come before the sockets
    const fired = new Promise<void>((resolve) => {
      const fire = () => resolve(void seen.push("timer"));
      timers.arm("active-down", milliseconds(5), fire, "silence");
    });
    socket.send("from the Active Router", socket.address().port, "127.0.0.1");
    const end = performance.now() + 30;
    while (performance.now() < end);
    await fired;
    socket.close();
    assert.deepEqual(seen, ["packet", "timer"]);
  });

  test("that is armed anew or cancelled does not fire as it was", async () => {
    const timers = createTimers();
    const fired: string[] = [];
    timers.arm("one", milliseconds(1), () => fired.push("one, first"));
    timers.arm("two", milliseconds(1), () => fired.push("two"));
    timers.cancel("two");
    await new Promise<void>((resolve) => {
      timers.arm("one", milliseconds(3), () => {
        fired.push("one, again");
        resolve();
      });
    });
    assert.deepEqual(fired, ["one, again"]);
  });
});
