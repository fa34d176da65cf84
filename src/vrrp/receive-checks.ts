import type { Advertisement } from "./advertisement.ts";
import { type DecodeFailure, decodeAdvertisement } from "./codec.ts";
import { vrrpTimeToLive } from "./constants.ts";
import { decodeIpv4Packet, type Ipv4Failure, type Ipv4Packet } from "./ipv4-packet.ts";
import type { LegParameters } from "./virtual-router.ts";

/** Which check refused a packet; each is a counter. */
export type Refusal =
  | Ipv4Failure
  | DecodeFailure
  | "time-to-live"
  | "unknown-vrid"
  | "version-mismatch"
  | "authentication-mismatch"
  | "interval-mismatch";

/** What the sender has configured otherwise; said, but no reason to refuse. */
export type Difference = "interval" | "addresses";

export interface Opened {
  readonly packet: Ipv4Packet;
  readonly advertisement: Advertisement;
}

export type Verdict<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal; readonly source?: string };

/** The checks that need no configuration (RFC 9568, 7.1), on a packet with its IP header. */
export function openPacket(bytes: Uint8Array): Verdict<Opened> {
  const ip = decodeIpv4Packet(bytes);
  if (!ip.ok) return { ok: false, refusal: ip.failure };
  const { packet } = ip;
  const refuse = (refusal: Refusal) => ({ ok: false, refusal, source: packet.source }) as const;
  if (packet.ttl !== vrrpTimeToLive) return refuse("time-to-live");
  const decoded = decodeAdvertisement(packet.payload, packet);
  if (!decoded.ok) return refuse(decoded.failure);
  return { ok: true, value: { packet, advertisement: decoded.advertisement } };
}

/** The checks against the leg that has the VRID, or why the packet is refused. */
export function refusalBy(leg: LegParameters, advertisement: Advertisement): Refusal | undefined {
  if (advertisement.version !== leg.version) return "version-mismatch";
  if (advertisement.version === 3) return undefined;
  if (!authenticationMatches(leg, advertisement)) return "authentication-mismatch";
  // RFC 3768, 7.1 discards it; version 3 learns the interval instead.
  if (advertisement.interval !== leg.advertisementInterval) return "interval-mismatch";
  return undefined;
}

/**
 * What the sender has otherwise than we. RFC 3768, 7.1 would drop an Advertisement with other
 * addresses; then adding an address to one box first makes two Active Routers, so both versions
 * follow RFC 9568 here.
 */
export function differencesFrom(
  leg: LegParameters,
  advertisement: Advertisement,
): readonly Difference[] {
  const differences: Difference[] = [];
  if (advertisement.interval !== leg.advertisementInterval) differences.push("interval");
  const ours = leg.addresses.map((prefix) => prefix.address);
  const theirs = new Set(advertisement.addresses);
  if (theirs.size !== ours.length || !ours.every((address) => theirs.has(address))) {
    differences.push("addresses");
  }
  return differences;
}

function authenticationMatches(
  { authentication: ours }: LegParameters,
  { authentication: theirs }: Advertisement,
): boolean {
  if (ours.type === "none" || theirs.type === "none") return ours.type === theirs.type;
  // What is in force on the wire is eight characters: the rest of a longer key is never sent.
  return ours.key.slice(0, 8) === theirs.key;
}
