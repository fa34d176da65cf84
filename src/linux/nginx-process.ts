import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type {
  NginxAction,
  NginxEvent,
  ProbeAction,
  RetireWorkersAction,
  TestConfigurationAction,
} from "#nginx/events.ts";
import type { NginxSettings, ProbeSettings } from "#nginx/settings.ts";
import { findRecorded, identify, isStillThere } from "./nginx-adoption.ts";
import { fingerprint, testConfiguration } from "./nginx-configuration-test.ts";
import type { NginxCommand } from "./nginx-configuration-test.ts";
import { limitLines } from "./nginx-lines.ts";
import { makeOutputFifo, readOutput } from "./nginx-output.ts";
import type { OutputReader } from "./nginx-output.ts";
import { findPortHolder } from "./nginx-port-holder.ts";
import { NginxRecordFile } from "./nginx-record.ts";
import { nginxEnvironment, spawnNginx } from "./nginx-spawn.ts";
import type { Exit, Master } from "./nginx-spawn.ts";
import { retireWorkers } from "./nginx-workers.ts";
import { readProcess } from "./process-table.ts";

export interface NginxProcessOptions {
  readonly settings: NginxSettings;
  /** Where the FIFO and the record of the running nginx are; it exists, and is the daemon's own. */
  readonly runtimeDirectory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onEvent: (event: NginxEvent) => void;
  readonly watchProcess: WatchProcess;
  readonly probe: Probe;
}

/** Undefined when there is no such process (src/linux/pidfd.ts). */
export type WatchProcess = (
  pid: number,
  onExit: () => void,
) => { signal(signal: NodeJS.Signals): unknown; close(): void } | undefined;

export type Probe = (probe: ProbeSettings, signal: AbortSignal) => Promise<ProbeOutcome>;

export type ProbeOutcome =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly error: string };

/** What the supervision machine can ask of the process; timers and answers are the engine's. */
export type NginxProcessAction = Exclude<
  NginxAction,
  { type: "arm-timer" | "cancel-timer" | "operator-answer" | "stopped" }
>;

/**
 * The nginx process. `perform` returns at once and never throws; what comes of an action arrives as
 * an event. Every action that has an answer gets one, also when it fails.
 */
export class NginxProcess {
  readonly #options: NginxProcessOptions;
  readonly #command: NginxCommand;
  readonly #fifo: string;
  readonly #record: NginxRecordFile;
  /** The program behind the links that may lead to it, as /proc names it. */
  #executable: string;
  #reader: OutputReader | undefined;
  #master: Master | undefined;
  /** Of the files of the last good test. */
  #tested: { readonly files: readonly string[]; readonly fingerprint: string } | undefined;
  #probing = new AbortController();

  /** Makes the FIFO and reads on in it. Rejects when the runtime directory does not serve. */
  static async open(options: NginxProcessOptions): Promise<NginxProcess> {
    const opened = new NginxProcess(options);
    const { binary } = options.settings;
    opened.#executable = await realpath(binary).catch(() => binary);
    await makeOutputFifo(opened.#fifo);
    const onLine = limitLines((line) => opened.#post({ type: "said", line }));
    opened.#reader = await readOutput(opened.#fifo, onLine);
    return opened;
  }

  private constructor(options: NginxProcessOptions) {
    const { settings, environment, runtimeDirectory } = options;
    this.#options = options;
    this.#executable = settings.binary;
    this.#command = { ...settings, environment: nginxEnvironment(environment) };
    this.#fifo = join(runtimeDirectory, "nginx.fifo");
    const recordPath = join(runtimeDirectory, "nginx.json");
    this.#record = new NginxRecordFile(recordPath, (error) => this.#complain(error));
  }

  perform(action: NginxProcessAction): void {
    switch (action.type) {
      case "find":
        return void this.#find();
      case "adopt":
        return void this.#adopt(action.pid);
      case "test-configuration":
        return void this.#test(action);
      case "spawn":
        return void this.#spawn();
      case "signal":
        if (this.#master?.pid === action.pid) this.#master.signal(action.signal);
        return;
      case "retire-workers":
        return void this.#retire(action);
      case "probe":
        return void this.#probe(action);
      case "find-port-holder":
        return void this.#findPortHolder(action.pid, action.address);
      case "remember-operator-stop":
        return this.#record.save({ operatorStopped: action.stopped });
    }
  }

  /** Lets go of nginx, which goes on, and waits for the record to be written. */
  async close(): Promise<void> {
    this.#probing.abort();
    this.#master?.release();
    this.#reader?.close();
    await this.#record.settled();
  }

  #post(event: NginxEvent): void {
    this.#options.onEvent(event);
  }

  async #find(): Promise<void> {
    const record = await this.#record.load();
    this.#post(await findRecorded(record, this.#options.settings.config));
  }

  /** Watched first, verified then: from there on the watch cannot come to mean another process. */
  async #adopt(pid: number): Promise<void> {
    const watch = this.#watch(pid);
    const { master } = this.#record;
    if (watch === undefined || master === undefined || !(await isStillThere(master))) {
      watch?.close();
      this.#exited(pid, { code: undefined, signal: undefined });
      return;
    }
  }

  #watch(pid: number): ReturnType<WatchProcess> {
    try {
      const gone = { code: undefined, signal: undefined };
      const watch = this.#options.watchProcess(pid, () => this.#exited(pid, gone));
      if (watch === undefined) return undefined;
      this.#master = {
        pid,
        signal: (signal) => watch.signal(signal),
        release: () => watch.close(),
      };
      return watch;
    } catch (error) {
      this.#complain(error);
      return undefined;
    }
  }

  async #test({ id, unlessUnchanged }: TestConfigurationAction): Promise<void> {
    if (unlessUnchanged && (await this.#isUnchanged())) {
      return this.#post({ type: "configuration-tested", id, ok: true, output: "" });
    }
    const test = await testConfiguration(this.#command).catch(failedTest);
    const { ok, output, files } = test;
    this.#tested = ok ? { files, fingerprint: await fingerprint(files) } : undefined;
    this.#post({ type: "configuration-tested", id, ok, output });
  }

  async #isUnchanged(): Promise<boolean> {
    const tested = this.#tested;
    return tested !== undefined && (await fingerprint(tested.files)) === tested.fingerprint;
  }

  async #spawn(): Promise<void> {
    try {
      const onExit = (pid: number, exit: Exit) => this.#exited(pid, exit);
      this.#master = await spawnNginx(this.#command, this.#fifo, onExit);
      const { pid } = this.#master;
      this.#post({ type: "started", pid });
      const master = await identify(pid, this.#command.config);
      if (master !== undefined) this.#record.save({ master });
    } catch (error) {
      this.#post({ type: "spawn-failed", message: messageOf(error) });
    }
  }

  #exited(pid: number, exit: Exit): void {
    if (this.#master?.pid === pid) this.#master = undefined;
    this.#post({ type: "exited", pid, ...exit });
  }

  async #retire({ pid, drain }: RetireWorkersAction): Promise<void> {
    const { master } = this.#record;
    const executable = master?.pid === pid ? master.executable : this.#executable;
    await retireWorkers({ master: pid, executable, drain }).catch((error: unknown) =>
      this.#complain(error),
    );
    if (this.#record.master?.pid === pid) this.#record.save({ master: undefined });
    this.#post({ type: "workers-retired", pid });
  }

  async #probe({ id, probe }: ProbeAction): Promise<void> {
    // One of an nginx before this may still be under way: its answer is of no use.
    this.#probing.abort();
    this.#probing = new AbortController();
    const outcome = await this.#options.probe(probe, this.#probing.signal);
    const detail = outcome.ok ? `status ${outcome.status}` : outcome.error;
    this.#post({ type: "probe-result", id, ok: outcome.ok, detail });
  }

  async #findPortHolder(pid: number, address: string): Promise<void> {
    const found = await findPortHolder(address).catch(() => undefined);
    const status = found && (await readProcess(found.pid));
    const holder = status?.session === pid ? undefined : found;
    this.#post({ type: "port-holder", pid, address, holder });
  }

  /** A fault of the environment that ends nothing: it goes to the log, with what nginx says. */
  #complain(error: unknown): void {
    this.#post({ type: "said", line: `gatepair: ${messageOf(error)}` });
  }
}

function failedTest(error: unknown) {
  return { ok: false, output: messageOf(error), files: [] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
