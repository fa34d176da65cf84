import type { InterfaceTable } from "./interface-table.ts";
import { messageKey } from "./messages/message-key.ts";
import type { KernelMessage } from "./types.ts";

/**
 * One reading of everything, which takes a while: notifications come in between its rows. A row
 * may be older than a notification that was read before it, never newer than one that is still to
 * come; so of what a notification has spoken the notification is believed, not the row.
 */
export class TableDump {
  readonly #rows = new Map<string, KernelMessage>();
  readonly #notified = new Set<string>();

  addRow(row: KernelMessage): void {
    this.#rows.set(messageKey(row), row);
  }

  /** Call this for every notification from the first request of the dump on. */
  addNotification(message: KernelMessage): void {
    this.#notified.add(messageKey(message));
  }

  /** What the table has missed: first what is gone, the interfaces last; then what is there. */
  missedBy(table: InterfaceTable): readonly KernelMessage[] {
    const gone = table
      .rows()
      .filter((row) => this.#decides(row) && !this.#rows.has(messageKey(row)))
      .map((row): KernelMessage => Object.assign({}, row, { present: false }))
      .toReversed();
    const there = [...this.#rows.values()].filter((row) => this.#decides(row));
    return [...gone, ...there];
  }

  #decides(row: KernelMessage): boolean {
    return !this.#notified.has(messageKey(row));
  }
}
