import { readFile, stat } from "node:fs/promises";
import { hostname, uptime } from "node:os";

import { elapsed, milliseconds, seconds } from "#base/time.ts";
import type { Instant } from "#base/time.ts";
import { loadConfig } from "#cli/load-config.ts";
import { programVersion } from "#cli/version.ts";
import { askDaemon } from "#control/client.ts";
import type { Status } from "#engine/snapshot.ts";
import { parseReport } from "#firstboot/report.ts";

import type { DaemonFacts, Facts, InterfaceFacts, SilentDaemon, UnitState } from "./facts.ts";
import { readInterfaces } from "./host.ts";

export interface Places {
  readonly runtimeDirectory: string;
  readonly config: string;
  readonly report: string;
}

/** A daemon under load is late, not silent; the screen can wait that long. */
const answerLimit = milliseconds(10_000);
const unitInterval = seconds(15);

/** Reads what the screen shows; what costs something only when it may have changed. */
export class FactReader {
  readonly #places: Places;
  readonly #readUnit: () => Promise<UnitState | undefined>;
  readonly #report = new Kept<Facts["firstBoot"]>();
  readonly #config = new Kept<SilentDaemon["config"]>();
  #unit: { state: UnitState | undefined; at: Instant } | undefined;

  constructor(places: Places, readUnit: () => Promise<UnitState | undefined>) {
    this.#places = places;
    this.#readUnit = readUnit;
  }

  async read(now: Instant): Promise<Facts> {
    const interfaces = await readInterfaces();
    return {
      hostname: hostname(),
      version: programVersion(),
      uptime: uptime(),
      interfaces,
      firstBoot: await this.#readReport(),
      daemon: await this.#readDaemon(interfaces, now),
    };
  }

  async #readReport(): Promise<Facts["firstBoot"]> {
    const path = this.#places.report;
    return this.#report.get(await describeFile(path), async () => {
      return parseReport(await readFile(path, "utf8").catch(() => ""));
    });
  }

  async #readDaemon(interfaces: readonly InterfaceFacts[], now: Instant): Promise<DaemonFacts> {
    const outcome = await askDaemon(this.#places.runtimeDirectory, { name: "status" }, answerLimit);
    if (outcome.reached && outcome.response.ok) {
      this.#unit = undefined;
      // The daemon is this very program, and the versions of the protocol were compared.
      return { type: "answers", status: outcome.response.data as Status };
    }
    const message = outcome.reached ? outcome.response.message : outcome.message;
    const config = await this.#readConfig(interfaces);
    const unit = config.type === "usable" ? await this.#askSystemd(now) : undefined;
    return { type: "silent", message, config, unit };
  }

  /** The checks of the daemon, which depend on the host's addresses too. */
  async #readConfig(interfaces: readonly InterfaceFacts[]): Promise<SilentDaemon["config"]> {
    const file = await describeFile(this.#places.config);
    if (file === undefined) return { type: "absent" };
    const key = `${file} ${JSON.stringify(interfaces)}`;
    return this.#config.get(key, () => loadConfig(this.#places.config));
  }

  async #askSystemd(now: Instant): Promise<UnitState | undefined> {
    if (this.#unit === undefined || elapsed(this.#unit.at, now) >= unitInterval) {
      this.#unit = { state: await this.#readUnit(), at: now };
    }
    return this.#unit.state;
  }
}

/** A value that is read again only when what it was read from has changed. */
class Kept<Value> {
  #last: { key: string | undefined; value: Value } | undefined;

  async get(key: string | undefined, read: () => Promise<Value>): Promise<Value> {
    if (this.#last?.key !== key || this.#last === undefined) {
      this.#last = { key, value: await read() };
    }
    return this.#last.value;
  }
}

/** Changes with the file; nothing when there is none. */
async function describeFile(path: string): Promise<string | undefined> {
  return stat(path).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
    () => undefined,
  );
}
