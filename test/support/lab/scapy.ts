import { fileURLToPath } from "node:url";
import type { Host } from "./host.ts";
import {
  linkLocalAddresses,
  macAddressFor,
  ownAddresses,
  virtualAddress,
  virtualAddresses6,
} from "./names.ts";

const program = fileURLToPath(new URL("../scapy/inject.py", import.meta.url));

/** The frames of scapy/advertisements.py, by what a router should make of them, and version. */
export type FrameKind = `${"hostile" | "unusual"} ${"2" | "3" | "3 over IPv6"}` | "answered 3";

export interface Injection {
  readonly kind: FrameKind;
  /** What the frames say of the interval: hundredths of a second, or seconds in version 2. */
  readonly interval: number;
  readonly copies: number;
  /** Seconds after each. */
  readonly pause: number;
}

export interface Flood {
  readonly kind: FrameKind;
  readonly interval: number;
  /** The one frame that is sent. */
  readonly name: string;
  /** Frames a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** A frame, and the CLOCK_MONOTONIC in milliseconds when it was sent. */
export interface SentFrame {
  readonly name: string;
  readonly at: number;
}

export interface SentFlood {
  readonly sent: number;
  /** Seconds. */
  readonly took: number;
}

/** Puts frames on the wire from the client, which is no router of the pair; gives what it said. */
async function runScapy(client: Host, changes: Injection | Flood): Promise<unknown[]> {
  const own = changes.kind.endsWith("IPv6") ? linkLocalAddresses : ownAddresses;
  const scene = {
    interface: "eth0",
    source: own.client,
    mac: macAddressFor(ownAddresses.client),
    router: own.gw1,
    router_mac: macAddressFor(ownAddresses.gw1),
    address: virtualAddress,
    addresses: virtualAddresses6,
    vrid: 51,
    ...changes,
  };
  // Debian's own Python has scapy, whatever else is in the path; -B leaves no files in the project.
  const argv = ["/usr/bin/python3", "-B", program, JSON.stringify(scene)];
  const lines = (await client.must(argv, 120_000)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as unknown);
}

export async function inject(client: Host, injection: Injection): Promise<SentFrame[]> {
  return (await runScapy(client, injection)) as SentFrame[];
}

export async function floodWith(client: Host, flood: Flood): Promise<SentFlood> {
  const [said] = (await runScapy(client, flood)) as SentFlood[];
  if (said === undefined) throw new Error("the flood said nothing");
  return said;
}
