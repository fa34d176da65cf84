import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { afterEach, describe, test } from "node:test";
import { probeTcp } from "#probe/tcp.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The port of a new server on loopback. */
async function listen(onConnection: () => void = () => {}, backlog = 16): Promise<number> {
  const server = createServer((socket) => {
    onConnection();
    socket.on("error", () => {}).resume();
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen({ host: "127.0.0.1", port: 0, backlog }, resolve);
  });
  return (server.address() as { port: number }).port;
}

async function freePort(): Promise<number> {
  const port = await listen();
  const server = servers.pop();
  await new Promise((resolve) => server?.close(resolve));
  return port;
}

describe("a TCP probe", () => {
  test("is good when somebody accepts, and hangs up at once", async () => {
    let connections = 0;
    const port = await listen(() => connections++);
    for (const address of ["127.0.0.1", "localhost"]) {
      const result = await probeTcp({ address, port, timeout: 2000 });
      assert.ok(result.ok, JSON.stringify(result));
      assert.ok(result.seconds < 2);
    }
    const server = servers[0];
    assert.ok(server);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(connections, 2);
  });

  test("says that nobody listens", async () => {
    const result = await probeTcp({ address: "127.0.0.1", port: await freePort(), timeout: 2000 });
    assert.ok(!result.ok);
    assert.match(result.error, /ECONNREFUSED 127\.0\.0\.1:/);
  });

  test("waits no longer than its time limit, and can be ended early", async () => {
    // TEST-NET-1 (RFC 5737) answers nothing; where there is no route to it, that is said at once.
    const silent = { address: "192.0.2.1", port: 9, timeout: 100 };
    const begin = performance.now();
    const result = await probeTcp(silent);
    assert.ok(!result.ok);
    assert.ok(performance.now() - begin < 2000);
    const ending = new AbortController();
    const port = await freePort();
    const probing = probeTcp(
      { address: "127.0.0.1", port, timeout: 60_000 },
      { signal: ending.signal },
    );
    ending.abort();
    assert.equal((await probing).ok, false);
  });
});
