import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { probeHttp } from "#probe/http.ts";
import { createLookup, type Resolve } from "#probe/lookup.ts";
import { probeTcp } from "#probe/tcp.ts";

/** A resolver that answers when the test wants it to. */
class Resolver {
  readonly asked: string[] = [];
  readonly #answers: Parameters<Resolve>[2][] = [];
  readonly lookup = createLookup((name, _options, answer) => {
    this.asked.push(name);
    this.#answers.push(answer);
  });

  /** Looks a name up; the list is filled by its answer. */
  ask(name: string): unknown[] {
    const answers: unknown[] = [];
    this.lookup(name, { all: true }, (error, addresses) => answers.push(error ?? addresses));
    return answers;
  }

  /** Answers the oldest question. */
  answer(...addresses: LookupAddress[]): void {
    this.#answers.shift()?.(null, addresses);
  }

  fail(): void {
    this.#answers.shift()?.(new Error("no such name"), []);
  }
}

const address: LookupAddress = { address: "127.0.0.1", family: 4 };

describe("looking names up", () => {
  test("asks for two at once, and for the others in their turn", () => {
    const resolver = new Resolver();
    const answers = ["a", "b", "c", "d"].map((name) => resolver.ask(name));
    assert.deepEqual(resolver.asked, ["a", "b"]);
    resolver.answer(address);
    assert.deepEqual(answers[0], [[address]]);
    assert.deepEqual(resolver.asked, ["a", "b", "c"]);
    resolver.fail();
    assert.match(String(answers[1]), /no such name/);
    assert.deepEqual(resolver.asked, ["a", "b", "c", "d"]);
  });

  test("asks once for a name that many wait for, and again when it was answered", () => {
    const resolver = new Resolver();
    const answers = ["a", "b", "a", "c", "c", "a"].map((name) => resolver.ask(name));
    resolver.answer(address);
    resolver.answer(address);
    resolver.answer(address);
    assert.deepEqual(resolver.asked, ["a", "b", "c"]);
    assert.ok(answers.every(([answer]) => answer !== undefined));
    resolver.ask("a");
    assert.deepEqual(resolver.asked, ["a", "b", "c", "a"]);
  });

  test("serves the probes", async () => {
    const server = createServer((_request, response) => void response.end("page"));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const asked: string[] = [];
    const lookup = createLookup((name, _options, answer) => {
      asked.push(name);
      answer(null, [address]);
    });
    const tcp = await probeTcp({ address: "db.example", port, timeout: 5000 }, { lookup });
    const expectStatus = [{ first: 200, last: 200 }];
    const url = `http://web.example:${port}/`;
    const http = await probeHttp({ url, timeout: 5000, expectStatus }, { lookup });
    server.close();
    assert.deepEqual([tcp.ok, http.ok, asked], [true, true, ["db.example", "web.example"]]);
  });

  test("that takes too long is a failed probe", async () => {
    const { lookup } = new Resolver();
    const result = await probeTcp({ address: "db.example", port: 9, timeout: 50 }, { lookup });
    assert.deepEqual(result.ok ? "" : result.error, "no connection within 50 ms");
  });
});
