import { causeOf, type JudgedFrame, type Receiver } from "#capture/judge-frame.ts";
import { packetToJson } from "#recording/format.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import type { Difference } from "#vrrp/receiving/receive-checks.ts";

const differenceTexts: Readonly<Record<Difference, string>> = {
  interval: "not our interval",
  addresses: "not our addresses",
  "all-addresses": "none of our addresses",
};

/** One line for people. */
export function describeFrame(judged: JudgedFrame, receiver: Receiver): string {
  const { frame, verdict } = judged;
  const cause = causeOf(verdict, receiver);
  const source = "source" in verdict ? (verdict.source ?? "?") : "?";
  const said = "advertisement" in verdict ? describeAdvertisement(verdict.advertisement) : "";
  const otherwise = "differences" in verdict ? verdict.differences : [];
  const text =
    cause === undefined
      ? `accepted: ${[said, ...otherwise.map((difference) => differenceTexts[difference])].join(", ")}`
      : `refused: ${[cause, said].filter(Boolean).join("; ")}`;
  return `${String(frame.number).padStart(6)}  ${timeOf(frame.at)}  ${source.padEnd(15)}  ${text}`;
}

/** The line of a recording, with the frame's number and what was read in it. */
export function frameToJson({ frame, packet, verdict }: JudgedFrame, receiver: Receiver): string {
  const cause = causeOf(verdict, receiver);
  const advertisement = "advertisement" in verdict ? verdict.advertisement : undefined;
  return packetToJson({
    frame: frame.number,
    ...(frame.at !== undefined && { time: new Date(frame.at).toISOString() }),
    packet,
    verdict: cause === undefined ? { accepted: true } : { refused: cause },
    ...(advertisement && { advertisement }),
  });
}

/** Counts of what was in a capture. */
export class DecodeSummary {
  readonly #receiver: Receiver;
  readonly #causes = new Map<string, number>();
  #frames = 0;
  #unknown = 0;
  #accepted = 0;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  count(judged: JudgedFrame | undefined, knownLink: boolean): void {
    this.#frames++;
    if (!knownLink) this.#unknown++;
    if (judged === undefined) return;
    const cause = causeOf(judged.verdict, this.#receiver);
    if (cause === undefined) this.#accepted++;
    else this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1);
  }

  text(): string {
    const causes = [...this.#causes].sort(([, left], [, right]) => right - left);
    const refused = causes.reduce((sum, [, count]) => sum + count, 0);
    const by = causes.map(([cause, count]) => `${count} ${cause}`).join(", ");
    const lines = [
      `${this.#frames} frames, ${this.#accepted + refused} of VRRP: ${this.#accepted} accepted, ${refused} refused${by && ` (${by})`}`,
      ...(this.#unknown > 0
        ? [`${this.#unknown} frames are of a link type that is not known`]
        : []),
    ];
    return `${lines.join("\n")}\n`;
  }
}

/** Without the key of an authentication. */
function describeAdvertisement(advertisement: Advertisement): string {
  const { version, vrid, priority, interval, addresses, authentication } = advertisement;
  const parts = [
    `version ${version}`,
    `VRID ${vrid}`,
    `priority ${priority}`,
    `interval ${interval / 1000} s`,
    addresses.join(" "),
  ];
  if (authentication.type !== "none") parts.push(`authentication ${authentication.type}`);
  return parts.join(", ");
}

/** UTC with microseconds, as Wireshark shows it. */
function timeOf(at: number | undefined): string {
  const date = new Date(at ?? Number.NaN);
  if (at === undefined || Number.isNaN(date.getTime())) return "-".padEnd(27);
  const micros = String(Math.floor((at * 1000) % 1000)).padStart(3, "0");
  return `${date.toISOString().slice(0, -1)}${micros}Z`;
}
