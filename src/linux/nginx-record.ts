import { readFile, rename, writeFile } from "node:fs/promises";

/** What one run of the daemon leaves for the next, in the runtime directory. */
export interface NginxRecord {
  readonly operatorStopped: boolean;
  readonly master: NginxIdentity | undefined;
}

/** One nginx master process, beyond doubt: numbers are reused, number and start time are not. */
export interface NginxIdentity {
  readonly pid: number;
  readonly startTime: number;
  readonly executable: string;
  readonly config: string;
}

/** The record on disk. Writes come one after another, and each writes what is newest then. */
export class NginxRecordFile {
  readonly #path: string;
  readonly #onFailure: (error: unknown) => void;
  #record: NginxRecord = emptyRecord;
  #saving: Promise<void> = Promise.resolve();

  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
  }

  get master(): NginxIdentity | undefined {
    return this.#record.master;
  }

  async load(): Promise<NginxRecord> {
    this.#record = await readRecord(this.#path);
    return this.#record;
  }

  save(change: Partial<NginxRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#saving = this.#saving
      .then(() => writeRecord(this.#path, this.#record))
      .catch(this.#onFailure);
  }

  /** Resolves when everything is written. */
  async settled(): Promise<void> {
    await this.#saving;
  }
}

const emptyRecord: NginxRecord = { operatorStopped: false, master: undefined };

/** The empty record when there is none, or none that makes sense. */
async function readRecord(path: string): Promise<NginxRecord> {
  try {
    const found: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof found !== "object" || found === null) return emptyRecord;
    const { operator_stopped: stopped, master } = found as Record<string, unknown>;
    return { operatorStopped: stopped === true, master: parseIdentity(master) };
  } catch {
    return emptyRecord;
  }
}

function parseIdentity(found: unknown): NginxIdentity | undefined {
  if (typeof found !== "object" || found === null) return undefined;
  const { pid, start_time: startTime, executable, config } = found as Record<string, unknown>;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 1) return undefined;
  if (typeof startTime !== "number") return undefined;
  if (typeof executable !== "string" || typeof config !== "string") return undefined;
  return { pid, startTime, executable, config };
}

/** Whole or not at all, also when the daemon is killed meanwhile. */
async function writeRecord(path: string, record: NginxRecord): Promise<void> {
  const { master } = record;
  const text = JSON.stringify({
    operator_stopped: record.operatorStopped,
    master: master && {
      pid: master.pid,
      start_time: master.startTime,
      executable: master.executable,
      config: master.config,
    },
  });
  await writeFile(`${path}.new`, `${text}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
