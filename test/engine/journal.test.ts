import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { milliseconds } from "#base/time.ts";
import type { StepEntry } from "#recording/entries.ts";
import { parseRecording, replayAll, writeRecording } from "../support/recordings.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { ip, reference, referenceLeg } from "../support/vrrp-fixtures.ts";

/** Everything until now, as an operator gets it. */
function record(host: SimulatedHost): string[] {
  host.engine.execute({ name: "journal-export" }, () => {});
  host.pass(5000);
  return writeRecording(host.chunks, engineSettings);
}

function steps(host: SimulatedHost): StepEntry[] {
  return host.chunks.flatMap((chunk) => (chunk.type === "steps" ? chunk.entries : []));
}

describe("the journal", () => {
  test("tells of every turn and every packet, so that a replay comes to the same", () => {
    const host = new SimulatedHost().start();
    for (let count = 0; count < 20; count++) host.hear({ priority: 200 }).pass(1000);
    host.pass(20_000).hear({ priority: 50 }).pass(3000).hear({ priority: 200 }).pass(2500);
    host.hear({ priority: 0 }).pass(9000).changeLink("eth0", { carrier: false }).pass(2000);
    const lines = parseRecording(record(host));
    assert.deepEqual(replayAll(lines), []);
    const roles = lines.flatMap((line) => {
      return line.type === "step" ? line.actions.filter(({ type }) => type === "transition") : [];
    });
    const texts = roles.map((action) => action.type === "transition" && action.to);
    assert.deepEqual(texts, ["backup", "active", "backup", "active", "fault"]);
    assert.equal(lines.filter(({ type }) => type === "packet").length, 5);
  });

  test("sums what happens over and over, with its first and its last time", () => {
    const host = new SimulatedHost().startActive().pass(30_000);
    record(host);
    const most = steps(host).toSorted((left, right) => right.count - left.count)[0];
    assert.ok(most !== undefined && most.count >= 25, String(most?.count));
    assert.ok(most.until - most.at >= 24_000);
    assert.ok(steps(host).length < 12, JSON.stringify(steps(host)));
    assert.deepEqual(replayAll(parseRecording(writeRecording(host.chunks, engineSettings))), []);
  });

  test("sums packets that are the same", () => {
    const host = new SimulatedHost().start().pass(2000);
    for (let count = 0; count < 30; count++) host.hear({ priority: 200 }).pass(1000);
    const packets = parseRecording(record(host)).filter(({ type }) => type === "packet");
    const [packet, ...more] = packets;
    assert.ok(packet?.type === "packet" && packet.until !== undefined);
    assert.deepEqual([packet.count, packet.until - packet.at, more.length], [30, 29_000, 0]);
  });

  test("sums what several legs hear in turn", () => {
    const host = new SimulatedHost().start().pass(2000);
    const others = [ip("172.16.178.1"), ip("172.16.178.2"), ip("172.16.178.3")];
    for (let count = 0; count < 100; count++) {
      for (const source of others) host.hear({ priority: 200 }, source).pass(100);
    }
    const lines = parseRecording(record(host));
    assert.deepEqual(replayAll(lines), []);
    const runs = lines.flatMap((line) => (line.type === "step" && line.count > 1 ? [line] : []));
    assert.deepEqual(
      runs.map(({ count, moreEvents }) => [count, moreEvents.length]),
      [[300, 2]],
    );
  });

  test("hands over a second after a transition, and by itself only what is full", () => {
    const host = new SimulatedHost().start().pass(900);
    assert.equal(host.recordings.length, 0);
    host.pass(200);
    assert.deepEqual(host.recordings, [undefined]);
    const chunks = host.chunks.length;
    for (let count = 0; count < 50; count++) host.hear({ priority: 200 }).pass(1000);
    assert.equal(host.chunks.length, chunks);
  });

  test("comes to an end with handing over, however busy the others are meanwhile", () => {
    const advertisementInterval = milliseconds(10);
    const routers = Array.from({ length: 60 }, (_, index) => {
      const [name, vrid] = [`router-${index}`, index + 1];
      const leg = { ...referenceLeg, id: name, router: name, vrid, advertisementInterval };
      const parameters = { ...reference, advertisementInterval };
      return { ...routerSettings, name, parameters, legs: [leg] };
    });
    const host = new SimulatedHost({ ...engineSettings, routers }).start().pass(2000);
    assert.deepEqual(host.recordings, [undefined]);
    const chunks = host.chunks.length;
    assert.equal(host.pass(1000).chunks.length, chunks);
  });

  test("hands over what it has when the daemon stops", () => {
    const host = new SimulatedHost().startActive();
    host.engine.post({ type: "stop", text: "asked to" });
    const last = steps(host).at(-1);
    assert.equal(last?.event.type, "shutdown");
    assert.equal(host.recordings.at(-1), undefined);
  });

  test("of a flood keeps a part, counts the rest, and knows of the gap", () => {
    const host = new SimulatedHost().start();
    for (let count = 0; count < 5000; count++) host.hear({ priority: 101 + (count % 50) });
    host.pass(1500);
    for (let count = 0; count < 3; count++) host.hear({ priority: 150 }).pass(1000);
    const lines = parseRecording(record(host));
    assert.ok(lines.length < 700, String(lines.length));
    assert.ok(host.lost > 5000, String(host.lost));
    assert.deepEqual(replayAll(lines), []);
  });

  test("sums the packets of each VRID of others on the LAN for itself", () => {
    const host = new SimulatedHost().startActive().pass(2000);
    for (let round = 0; round < 20; round++) {
      for (let vrid = 100; vrid < 150; vrid++) host.hear({ vrid });
      host.pass(1000);
    }
    const packets = parseRecording(record(host)).filter(({ type }) => type === "packet");
    assert.deepEqual(
      packets.map((line) => line.type === "packet" && line.count),
      Array.from({ length: 50 }, () => 20),
    );
  });

  test("keeps no more of a packet than fits a frame", () => {
    const host = new SimulatedHost().start();
    const packet = new Uint8Array(60_000).fill(0x45);
    host.engine.post({ type: "packet", interfaceName: "eth0", packet });
    const lines = parseRecording(record(host));
    const recorded = lines.find((line) => line.type === "packet");
    assert.ok(recorded?.type === "packet");
    assert.equal(recorded.packet.length, 1500);
    assert.equal(recorded.length, 60_000);
    assert.deepEqual(replayAll(lines), []);
  });
});

test("whatever happens to a host, its recording replays to the same", () => {
  const move = fc.oneof(
    fc.nat(6000).map((span) => (host: SimulatedHost) => host.pass(span)),
    fc
      .record({
        priority: fc.constantFrom(0, 50, 100, 200),
        interval: fc.constantFrom(10, 1000, 40_000).map(milliseconds),
        source: fc.constantFrom("172.16.178.1", "172.16.178.254", "172.16.178.138").map(ip),
        times: fc.integer({ min: 1, max: 40 }),
      })
      .map(({ times, source, ...change }) => (host: SimulatedHost) => {
        for (let count = 0; count < times; count++) host.hear(change, source).pass(count % 3);
      }),
    fc.boolean().map((carrier) => (host: SimulatedHost) => host.changeLink("eth0", { carrier })),
    fc.boolean().map((cancel) => (host: SimulatedHost) => {
      host.engine.execute({ name: "failover", cancel }, () => {});
    }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40, size: "max" }), (moves) => {
      const host = new SimulatedHost().start();
      for (const make of moves) make(host);
      assert.deepEqual(replayAll(parseRecording(record(host))), []);
    }),
    { numRuns: 100 },
  );
});
