import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { afterEach, describe, test } from "node:test";
import { probeHttp } from "#probe/http.ts";

const anyStatus = [{ first: 100, last: 599 }];
let server: Server | undefined;

afterEach(() => {
  if (server !== undefined && "closeAllConnections" in server) {
    (server as ReturnType<typeof createServer>).closeAllConnections();
  }
  server?.close();
});

async function listen(started: Server): Promise<string> {
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
}

async function serve(listener: RequestListener): Promise<string> {
  return await listen(createServer(listener));
}

describe("one HTTP probe", () => {
  test("counts any accepted status as an answer, and closes its connection", async () => {
    let connection: string | undefined;
    const url = await serve((request, response) => {
      connection = request.headers.connection;
      response.writeHead(503).end("busy");
    });
    const result = await probeHttp({ url, timeout: 1000, expectStatus: anyStatus });
    assert.ok(result.ok);
    assert.equal(result.status, 503);
    assert.ok(result.seconds > 0 && result.seconds < 1);
    assert.equal(connection, "close");
  });

  test("names a status that is not accepted", async () => {
    const url = await serve((_, response) => response.writeHead(404).end());
    const expectStatus = [{ first: 200, last: 399 }];
    const result = await probeHttp({ url, timeout: 1000, expectStatus });
    assert.deepEqual({ ...result, seconds: 0 }, { ok: false, error: "status 404", seconds: 0 });
  });

  test("has a time limit, also for a body that never ends", async () => {
    const silent = await listen(createTcpServer(() => undefined));
    const first = await probeHttp({ url: silent, timeout: 50, expectStatus: anyStatus });
    assert.deepEqual(first.ok ? "" : first.error, "no answer within 50 ms");
    server?.close();
    const endless = await serve((_, response) => void response.writeHead(200).write("x"));
    const second = await probeHttp({ url: endless, timeout: 50, expectStatus: anyStatus });
    assert.equal(second.ok, false);
  });

  test("reads no more than a bounded part of a large body", async () => {
    let sent = 0;
    const url = await serve((_, response) => {
      const chunk = Buffer.alloc(65_536);
      const more = () => {
        while (!response.destroyed && sent < 100_000_000) {
          sent += chunk.length;
          if (!response.write(chunk)) break;
        }
      };
      response.on("drain", more);
      more();
    });
    const result = await probeHttp({ url, timeout: 2000, expectStatus: anyStatus });
    assert.ok(result.ok);
    assert.ok(sent < 20_000_000);
  });

  test("says why there is no connection, and what is not HTTP", async () => {
    const url = await serve(() => undefined);
    server?.close();
    const refused = await probeHttp({ url, timeout: 1000, expectStatus: anyStatus });
    assert.match(refused.ok ? "" : refused.error, /ECONNREFUSED/);
    const noise = await listen(createTcpServer((socket) => void socket.end("SSH-2.0-x\r\n")));
    const garbled = await probeHttp({ url: noise, timeout: 1000, expectStatus: anyStatus });
    assert.equal(garbled.ok, false);
  });

  test("can be ended early", async () => {
    const url = await listen(createTcpServer(() => undefined));
    const controller = new AbortController();
    const { signal } = controller;
    const probing = probeHttp({ url, timeout: 5000, expectStatus: anyStatus }, { signal });
    controller.abort();
    const result = await probing;
    assert.equal(result.ok, false);
  });
});
