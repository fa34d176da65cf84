import { type Milliseconds, milliseconds, seconds } from "#base/time.ts";
import type { PacketFilterInput } from "#engine/inputs.ts";
import type { RulesetWatch } from "#linux/packet-filter/ruleset-watch.ts";
import type { FilterTable } from "#linux/packet-filter/table.ts";

/**
 * From a change of nftables to the look at our rules. Who changes one thing changes more (a restart
 * of nftables.service flushes twice), and a ruleset that is always changed is looked at no more
 * often than this.
 */
const settleTime = milliseconds(500);
/** After the rules could not be installed, the next try. */
const retryInterval = seconds(10);

export interface KeeperParts {
  readonly table: Pick<FilterTable, "install" | "isIntact" | "remove">;
  readonly watch: Pick<RulesetWatch, "open" | "nextChange" | "close">;
  /** Of each try to install them. */
  readonly report: (outcome: Omit<PacketFilterInput, "type">) => void;
}

/** Has the rules in force for as long as it is open, whoever removes them. One step at a time. */
export class FilterKeeper {
  readonly #parts: KeeperParts;
  #timer: NodeJS.Timeout | undefined;
  #step: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Resolves when the first try has been reported. */
  open(): Promise<void> {
    this.#step = this.#install(false);
    return this.#step;
  }

  /** Removes the rules. Answers why it could not, else undefined. */
  async close(): Promise<string | undefined> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#parts.watch.close();
    await this.#step;
    return this.#parts.table.remove();
  }

  async #install(removedByOther: boolean): Promise<void> {
    const { table, watch, report } = this.#parts;
    const failure = watch.open() ?? (await table.install());
    report({ failure, removedByOther });
    if (failure === undefined) this.#schedule(settleTime, () => this.#look());
    else this.#schedule(retryInterval, () => this.#install(removedByOther));
  }

  async #look(): Promise<void> {
    const { table, watch } = this.#parts;
    // First of all, so that a change during the look is not missed.
    const change = watch.nextChange();
    const isIntact = await table.isIntact();
    if (isIntact === false && !this.#closed) return this.#install(true);
    const lookAgain = () => this.#schedule(settleTime, () => this.#look());
    if (isIntact === undefined) lookAgain();
    else void change.then(lookAgain);
  }

  #schedule(delay: Milliseconds, step: () => Promise<void>): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#step = step();
    }, delay);
  }
}
