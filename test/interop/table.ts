import { steps, type Step } from "./play.ts";
import { rows, type Row } from "./rows.ts";

/** Which of the two was the first Active Router. */
export type FirstActive = "gatepair" | "peer";

/** The steps that went well, by row and by who was Active first. */
export class Results {
  readonly #passed = new Set<string>();

  add(row: Row, first: FirstActive, step: Step): void {
    this.#passed.add(key(row, first, step));
  }

  /** One line a row; the same run gives the same text. */
  toMarkdown(): string {
    const head = ["peer", "version", "network", "MAC address", ...steps];
    const lines = [head, head.map(() => "---"), ...rows.map((row) => this.#line(row))];
    return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  }

  #line(row: Row): string[] {
    const password = row.password === undefined ? "" : ", password";
    const own = row.peer === "FRR vrrpd" ? "its own, FRR's virtual" : "each its own";
    const mac = row.virtualMac ? "virtual" : own;
    const network = `${row.family} ${row.transport}`;
    const cells = [row.peer, `${row.version}${password}`, network, mac];
    return [...cells, ...steps.map((step) => this.#cell(row, step))];
  }

  #cell(row: Row, step: Step): string {
    const ours = this.#passed.has(key(row, "gatepair", step));
    const theirs = this.#passed.has(key(row, "peer", step));
    if (ours && theirs) return "both ways";
    if (ours) return "Gatepair first";
    return theirs ? "peer first" : "no";
  }
}

function key(row: Row, first: FirstActive, step: Step): string {
  return `${rows.indexOf(row)} ${first} ${step}`;
}
