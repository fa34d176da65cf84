import { steps, type Step } from "./play.ts";
import { rows, type Row } from "./rows.ts";

/** Which of the two was the first Active Router. */
export type FirstActive = "gatepair" | "peer";

/** The steps that went well, by row and by who was Active first. */
export class Results {
  readonly #passed = new Set<string>();
  readonly #kept = new Set<Row>();
  readonly #written: readonly string[];

  /** `written` is the table of an earlier run. */
  constructor(written: string) {
    this.#written = written.split("\n");
  }

  add(row: Row, first: FirstActive, step: Step): void {
    this.#passed.add(key(row, first, step));
  }

  /** The row stays as it is written: the peer of this machine is too old to play it. */
  keep(row: Row): void {
    this.#kept.add(row);
  }

  /** One line a row; the same run gives the same text. */
  toMarkdown(): string {
    const head = ["peer", "version", "network", "MAC address", ...steps];
    const lines = [
      toLine(head),
      toLine(head.map(() => "---")),
      ...rows.map((row) => this.#line(row)),
    ];
    return lines.map((line) => `${line}\n`).join("");
  }

  #line(row: Row): string {
    const named = namesOf(row);
    if (this.#kept.has(row)) {
      const written = this.#written.find((line) => line.startsWith(toLine(named)));
      return written ?? toLine([...named, ...steps.map(() => "not played")]);
    }
    return toLine([...named, ...steps.map((step) => this.#cell(row, step))]);
  }

  #cell(row: Row, step: Step): string {
    const ours = this.#passed.has(key(row, "gatepair", step));
    const theirs = this.#passed.has(key(row, "peer", step));
    if (ours && theirs) return "both ways";
    if (ours) return "Gatepair first";
    return theirs ? "peer first" : "no";
  }
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The cells that say which row it is. */
function namesOf(row: Row): string[] {
  const since = row.since === undefined ? "" : ` from ${row.since}`;
  const password = row.password === undefined ? "" : ", password";
  const checksum = row.checksum === "message_only" ? ", checksum of RFC 9568" : "";
  const own = row.peer === "FRR vrrpd" ? "its own, FRR's virtual" : "each its own";
  const mac = row.virtualMac ? "virtual" : own;
  const network = `${row.family} ${row.transport}`;
  return [`${row.peer}${since}`, `${row.version}${password}${checksum}`, network, mac];
}

function key(row: Row, first: FirstActive, step: Step): string {
  return `${rows.indexOf(row)} ${first} ${step}`;
}
