import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, test } from "node:test";
import { assemble, drop } from "#linux/socket-filter/program.ts";
import { gatepairNative, type NativeHandle } from "#linux/native.ts";
import { inPrivateNetwork, testInPrivateNetwork } from "../support/netns.ts";

const crowd = join(import.meta.dirname, "fixtures/native-crowd.ts");

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

function describeLife(): void {
  test("an environment that ends closes what was left open", async () => {
    const workers = async (count: number) => {
      for (; count > 0; count--) {
        const worker = new Worker(crowd);
        await once(worker, "message");
        await worker.terminate();
      }
    };
    await workers(1);
    const before = openDescriptors();
    await workers(3);
    assert.equal(openDescriptors(), before);
  });

  test("an environment that ends inside of a callback does not crash", async () => {
    const worker = new Worker(crowd, { argv: ["--busy"] });
    assert.deepEqual(await once(worker, "message"), ["open"]);
    assert.deepEqual(await once(worker, "message"), ["in the callback"]);
    await worker.terminate();
  });

  test("a process with open handles ends in order when it is told to", () => {
    const script = `await import(${JSON.stringify(crowd)}); process.exit(7)`;
    assert.throws(
      () => execFileSync(process.execPath, ["--input-type=module", "-e", script]),
      (error: { status: number }) => error.status === 7,
    );
  });

  test("an exception of a callback is an uncaught exception, and the watch goes on", () => {
    const script = `
      import { spawn } from "node:child_process";
      import { watchProcess } from "#linux/pidfd.ts";
      process.on("uncaughtException", (error) => console.log("uncaught", error.message));
      const watch = watchProcess(spawn("true").pid, () => {
        Promise.resolve().then(() => console.log("promise"));
        throw new Error("mistake");
      });
      setTimeout(() => console.log(watch.signal(0)), 500);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      cwd: join(import.meta.dirname, "../.."),
    });
    assert.deepEqual(output.trim().split("\n").sort(), ["-3", "promise", "uncaught mistake"]);
  });

  test("handles that nobody holds any more are collected without a crash", () => {
    const script = `
      import { assemble, drop } from "#linux/socket-filter/program.ts";
import { gatepairNative } from "#linux/native.ts";
      const native = gatepairNative();
      for (let count = 0; count < 2000; count++) {
        native.closeHandle(native.openProcess(process.pid, () => {}));
        if (count % 100 === 0) { gc(); await new Promise((done) => setImmediate(done)); }
      }
      gc();`;
    const args = ["--expose-gc", "--input-type=module", "-e", script];
    execFileSync(process.execPath, args, { cwd: join(import.meta.dirname, "../..") });
  });

  test("values of the wrong kind are refused, not misread", () => {
    const native = gatepairNative();
    const filter = assemble(drop);
    const socket = native.openPacketSocket(1, 0x88b5, filter, () => {});
    assert.throws(() => native.filterFrames(socket, filter.subarray(1)), TypeError);
    assert.throws(() => native.filterFrames(socket, new Uint8Array(8 * 4097)), TypeError);
    assert.throws(() => native.signalProcess(socket, 0), TypeError);
    assert.throws(() => native.sendFrame({} as NativeHandle, new Uint8Array(60)), TypeError);
    assert.throws(() => native.sendFrame(socket, "frame" as unknown as Uint8Array), TypeError);
    assert.throws(() => native.openProcess("1" as unknown as number, () => {}), TypeError);
    assert.throws(() => native.openProcess(1, undefined as unknown as () => void), TypeError);
    native.closeHandle(socket);
    native.closeHandle(socket);
  });
}

if (inPrivateNetwork) describe("life of native handles", describeLife);
else testInPrivateNetwork(import.meta.filename);
