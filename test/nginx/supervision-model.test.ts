import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { addTime, instant, milliseconds } from "#base/time.ts";
import type { NginxAction, NginxEvent, NginxTimer, OperatorCommand } from "#nginx/events.ts";
import type { NginxSettings } from "#nginx/settings.ts";
import { initialNginxState, isWanted } from "#nginx/state.ts";
import { superviseNginx } from "#nginx/supervision.ts";
import { defaults, probe } from "./driver.ts";

/** A world around the machine that answers late, in any order, and checks what it is asked. */
class World {
  readonly settings: NginxSettings;
  state = initialNginxState(instant(0));
  now = instant(0);
  alive: number | undefined;
  spawning = false;
  stopped = 0;
  readonly waiting: NginxEvent[] = [];
  readonly timers = new Map<NginxTimer, number>();
  readonly answers = new Map<number, number>();
  #pids = 100;
  #commands = 0;

  constructor(settings: NginxSettings) {
    this.settings = settings;
  }

  send(event: NginxEvent): void {
    this.now = addTime(this.now, milliseconds(1));
    const step = superviseNginx(this.state, event, this.now, this.settings);
    this.state = step.state;
    for (const action of step.actions) this.#perform(action);
    this.#check();
  }

  #perform(action: NginxAction): void {
    switch (action.type) {
      case "find":
        this.waiting.push({
          type: "found",
          running: undefined,
          deadMaster: undefined,
          operatorStopped: false,
        });
        break;
      case "test-configuration":
        this.waiting.push({ type: "configuration-tested", id: action.id, ok: true, output: "" });
        break;
      case "spawn":
        assert.ok(!this.spawning && this.alive === undefined, "two at once");
        assert.ok(!this.waiting.some(({ type }) => type === "workers-retired"), "ports are held");
        this.spawning = true;
        break;
      case "signal":
        assert.equal(action.pid, this.alive, "signals only to the living");
        break;
      case "retire-workers":
        assert.notEqual(action.pid, this.alive);
        this.waiting.push({ type: "workers-retired", pid: action.pid });
        break;
      case "probe":
        assert.ok(this.alive !== undefined, "probes only the living");
        this.waiting.push({ type: "probe-result", id: action.id, ok: true, detail: "status 200" });
        break;
      case "operator-answer":
        this.answers.set(action.id, (this.answers.get(action.id) ?? 0) + 1);
        break;
      case "stopped":
        this.stopped += 1;
        break;
      case "arm-timer":
        if (action.timer === "restart") assert.ok(action.duration <= 2000, "back-off is bounded");
        this.timers.set(action.timer, action.generation);
        break;
      case "cancel-timer":
        this.timers.delete(action.timer);
        break;
      default:
        break;
    }
  }

  #check(): void {
    const { phase, fault, timers, exits } = this.state;
    assert.ok(exits.length <= this.settings.restartAttempts + 1, "exits are bounded");
    for (const [answered] of this.answers) assert.equal(this.answers.get(answered), 1);
    if (phase.name !== "idle" || !isWanted(this.state, this.settings)) return;
    assert.ok(fault !== undefined, "wanted, no fault, and nothing goes on");
    assert.ok(fault.awaitsOperator || timers.hold > 0, "a fault that nothing ends");
  }

  operate(command: OperatorCommand): void {
    this.#commands += 1;
    this.send({ type: "operator", id: this.#commands, command });
  }

  get asked(): number {
    return this.#commands;
  }

  spawn(ok: boolean): void {
    if (!this.spawning) return;
    this.spawning = false;
    if (!ok) return this.send({ type: "spawn-failed", message: "ENOENT" });
    this.#pids += 1;
    this.alive = this.#pids;
    this.send({ type: "started", pid: this.alive });
  }

  exit(): void {
    if (this.alive === undefined) return;
    const pid = this.alive;
    this.alive = undefined;
    this.send({ type: "exited", pid, code: undefined, signal: "SIGKILL" });
  }

  say(message: string): void {
    const line = `2026/11/22 12:00:00 [notice] ${this.alive}#0: ${message}`;
    if (this.alive !== undefined) this.send({ type: "said", line });
  }

  fire(index: number): void {
    const armed = [...this.timers][index % Math.max(1, this.timers.size)];
    if (armed === undefined) return;
    this.timers.delete(armed[0]);
    this.send({ type: "timer-fired", timer: armed[0], generation: armed[1] });
  }

  respond(index: number, ok: boolean): void {
    const [event] = this.waiting.splice(index % Math.max(1, this.waiting.length), 1);
    if (event === undefined) return;
    this.send("ok" in event ? { ...event, ok } : event);
  }

  /** Everything that is under way comes to its end. */
  drain(): void {
    for (let round = 0; round < 50; round += 1) {
      this.spawn(true);
      while (this.waiting.length > 0) this.respond(0, true);
      if (this.state.phase.name === "stopping") this.exit();
    }
  }
}

const index = fc.nat(5);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant("respond"), index, fc.boolean()) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("spawn"), index, fc.boolean()) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("fire"), index, fc.boolean()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("workers"), index, fc.boolean()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("exit"), index, fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("role"), index, fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("operate"), index, fc.boolean()) },
);
const commands: readonly OperatorCommand[] = ["start", "stop", "restart", "reload"];

function play(world: World, [kind, number, flag]: [string, number, boolean]): void {
  if (kind === "respond") world.respond(number, flag);
  if (kind === "spawn") world.spawn(flag);
  if (kind === "fire") world.fire(number);
  if (kind === "workers") world.say(flag ? "start worker process 9" : "reconfiguring");
  if (kind === "exit") world.exit();
  if (kind === "role") world.send({ type: "role-changed", active: flag });
  if (kind === "operate") world.operate(commands[number % 4] ?? "start");
}

const settingsChoice = fc.record({
  runOn: fc.constantFrom<"always" | "active">("always", "active"),
  onExit: fc.constantFrom<"restart" | "failover">("restart", "failover"),
  probe: fc.constantFrom(undefined, { ...probe, fall: 1 }),
});

test("one nginx at a time, every command answered once, no dead end, and it can be stopped", () => {
  fc.assert(
    fc.property(
      settingsChoice,
      fc.array(step, { minLength: 20, maxLength: 150 }),
      (choice, steps) => {
        const world = new World({ ...defaults, ...choice });
        world.send({ type: "begin", active: true });
        for (const one of steps) play(world, one);
        world.send({ type: "shutdown" });
        world.drain();
        assert.equal(world.stopped, 1);
        assert.equal(world.alive, undefined);
        assert.equal(world.answers.size, world.asked);
      },
    ),
    { numRuns: 2000 },
  );
});
