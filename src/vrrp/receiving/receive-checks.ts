import { type IpAddress, isIpv6LinkLocal } from "#base/ip-address.ts";
import type { Advertisement } from "../advertisement.ts";
import { type DecodeFailure, decodeAdvertisement } from "../packets/codec.ts";
import { isVrrpGroup, vrrpTimeToLive } from "../constants.ts";
import { familyOfPacket, type IpPacket } from "../packets/ip-packet.ts";
import { decodeIpv4Packet, type Ipv4Failure } from "../packets/ipv4-packet.ts";
import { decodeIpv6Packet, type Ipv6Failure } from "../packets/ipv6-packet.ts";
import type { LegParameters } from "../virtual-router.ts";

/** Which check refused a packet; each is a counter. */
export type Refusal =
  | Ipv4Failure
  | Ipv6Failure
  | DecodeFailure
  | "time-to-live"
  | "unknown-vrid"
  | "version-mismatch"
  | "authentication-mismatch"
  | "interval-mismatch"
  | "address-owner"
  | "wrong-destination"
  | "unknown-peer";

/** What the sender has configured otherwise; said, but no reason to refuse. */
export type Difference = "interval" | "addresses" | "all-addresses";

export interface Opened {
  readonly packet: IpPacket;
  readonly advertisement: Advertisement;
  readonly fromAfar: boolean;
}

export type Verdict<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      readonly source?: IpAddress;
      readonly fromAfar: boolean;
    };

/** The checks that need no configuration (RFC 9568, 7.1), on a packet with its IP header. */
export function openPacket(bytes: Uint8Array): Verdict<Opened> {
  const isIpv6 = familyOfPacket(bytes) === "ipv6";
  const ip = isIpv6 ? decodeIpv6Packet(bytes) : decodeIpv4Packet(bytes);
  if (!ip.ok) return { ok: false, refusal: ip.failure, fromAfar: false };
  const { packet } = ip;
  const { source } = packet;
  const fromAfar = isFromAfar(packet);
  const refuse = (refusal: Refusal) => ({ ok: false, refusal, source, fromAfar }) as const;
  // By unicast it may come from further away, if the leg that it is for allows that.
  const isUnicast = !isVrrpGroup(packet.destination);
  if (!isUnicast && packet.ttl !== vrrpTimeToLive) return refuse("time-to-live");
  const decoded = decodeAdvertisement(packet.payload, packet);
  if (!decoded.ok) return refuse(decoded.failure);
  return { ok: true, value: { packet, advertisement: decoded.advertisement, fromAfar } };
}

/**
 * Whether the packet may come from anywhere in the world. Routers take from the Time to Live (RFC 5082),
 * and forward neither what is for the group nor what is for a link-local address.
 */
function isFromAfar({ destination, ttl }: IpPacket): boolean {
  return !isVrrpGroup(destination) && !isIpv6LinkLocal(destination) && ttl !== vrrpTimeToLive;
}

/** The checks against the leg that has the VRID, or why the packet is refused. */
export function refusalBy(
  leg: LegParameters,
  { packet, advertisement }: Opened,
): Refusal | undefined {
  return refusalOfWay(leg, packet) ?? refusalOfMessage(leg, advertisement);
}

/** Multicast and unicast do not mix, and by unicast only the peers are heard. */
function refusalOfWay(
  { peers }: LegParameters,
  { source, destination, ttl }: IpPacket,
): Refusal | undefined {
  const isUnicast = !isVrrpGroup(destination);
  if (isUnicast !== peers.length > 0) return "wrong-destination";
  if (!isUnicast) return undefined;
  const peer = peers.find(({ address }) => address === source);
  if (peer === undefined) return "unknown-peer";
  return ttl < peer.minTtl || ttl > peer.maxTtl ? "time-to-live" : undefined;
}

function refusalOfMessage(leg: LegParameters, advertisement: Advertisement): Refusal | undefined {
  if (advertisement.version !== leg.version) return "version-mismatch";
  if (advertisement.version === 3) return undefined;
  // RFC 3768, 7.1; erratum 8298 takes it back for version 3, so that two owners find each other.
  if (leg.ownsAddresses) return "address-owner";
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
  if (hasAllInOrder(leg, advertisement)) return differences;
  const theirs = new Set(advertisement.addresses);
  const common = leg.addresses.filter(({ address }) => theirs.has(address)).length;
  // Without one in common it is hardly our peer: somebody else chose the same VRID.
  if (common === 0) differences.push("all-addresses");
  else if (common < leg.addresses.length || common < theirs.size) differences.push("addresses");
  return differences;
}

/** The usual case, for each packet: without a set. */
function hasAllInOrder({ addresses }: LegParameters, advertisement: Advertisement): boolean {
  const theirs = advertisement.addresses;
  if (theirs.length !== addresses.length) return false;
  return addresses.every(({ address }, index) => address === theirs[index]);
}

function authenticationMatches(
  { authentication: ours }: LegParameters,
  { authentication: theirs }: Advertisement,
): boolean {
  if (ours.type === "none" || theirs.type === "none") return ours.type === theirs.type;
  // What is in force on the wire is eight characters: the rest of a longer key is never sent.
  return ours.key.slice(0, 8) === theirs.key;
}
