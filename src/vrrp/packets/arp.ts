import { type IpAddress, ipAddressFromBytes, ipAddressToBytes } from "#base/ip-address.ts";
import { type MacAddress, macAddressFromBytes, macAddressToBytes } from "#base/mac-address.ts";

/** The EtherType of ARP (RFC 826). */
export const arpEtherType = 0x0806;

/** An ARP packet for IPv4 over Ethernet, in the terms of RFC 5227. */
export interface ArpMessage {
  readonly operation: "request" | "reply";
  readonly senderMac: MacAddress;
  readonly senderAddress: IpAddress;
  readonly targetMac: MacAddress;
  readonly targetAddress: IpAddress;
}

/** Ethernet header (14 bytes) and ARP packet (28). The driver pads a short frame where it must. */
const frameLength = 42;
const packetStart = 14;

const broadcastMac = "ff:ff:ff:ff:ff:ff" as MacAddress;
const noMac = "00:00:00:00:00:00" as MacAddress;
const noAddress = "0.0.0.0" as IpAddress;

/** Hardware type Ethernet, protocol type IPv4, lengths 6 and 4 (RFC 826). */
const ethernetAndIpv4 = [0, 1, 8, 0, 6, 4];

/**
 * A gratuitous ARP frame: every host that knows `address` now knows it at `mac`.
 *
 * A broadcast *request* with the address as sender and as target (RFC 5227, 3 says why a request),
 * and with `mac` as the target link-layer address too (RFC 9568, 6.4.1 with erratum 7947). `mac` is
 * the virtual router's MAC address, or the interface's own where none is used.
 */
export function encodeGratuitousArp(claim: { address: IpAddress; mac: MacAddress }): Uint8Array {
  return encodeRequest({
    senderMac: claim.mac,
    senderAddress: claim.address,
    targetMac: claim.mac,
    targetAddress: claim.address,
  });
}

/**
 * An ARP Probe (RFC 5227, 2.1.1): asks whether somebody has `address`, without claiming it. The
 * sender address of zeros keeps it out of everybody's ARP caches.
 */
export function encodeArpProbe(question: { address: IpAddress; mac: MacAddress }): Uint8Array {
  return encodeRequest({
    senderMac: question.mac,
    senderAddress: noAddress,
    targetMac: noMac,
    targetAddress: question.address,
  });
}

function encodeRequest(request: Omit<ArpMessage, "operation">): Uint8Array {
  const frame = new Uint8Array(frameLength);
  frame.set(macAddressToBytes(broadcastMac), 0);
  frame.set(macAddressToBytes(request.senderMac), 6);
  frame.set([arpEtherType >> 8, arpEtherType & 255], 12);
  frame.set(ethernetAndIpv4, packetStart);
  frame.set([0, 1], packetStart + 6);
  frame.set(macAddressToBytes(request.senderMac), packetStart + 8);
  frame.set(ipAddressToBytes(request.senderAddress), packetStart + 14);
  frame.set(macAddressToBytes(request.targetMac), packetStart + 18);
  frame.set(ipAddressToBytes(request.targetAddress), packetStart + 24);
  return frame;
}

/** The ARP message of an Ethernet frame; undefined when it is none for IPv4 over Ethernet. */
export function decodeArp(frame: Uint8Array): ArpMessage | undefined {
  if (frame.length < frameLength) return undefined;
  if (((frame[12] ?? 0) << 8) + (frame[13] ?? 0) !== arpEtherType) return undefined;
  const packet = frame.subarray(packetStart);
  if (ethernetAndIpv4.some((byte, index) => packet[index] !== byte)) return undefined;
  const operation = decodeOperation(packet);
  if (operation === undefined) return undefined;
  return {
    operation,
    senderMac: macAddressFromBytes(packet, 8),
    senderAddress: ipAddressFromBytes(packet, 14),
    targetMac: macAddressFromBytes(packet, 18),
    targetAddress: ipAddressFromBytes(packet, 24),
  };
}

function decodeOperation(packet: Uint8Array): ArpMessage["operation"] | undefined {
  if (packet[6] !== 0) return undefined;
  if (packet[7] === 1) return "request";
  return packet[7] === 2 ? "reply" : undefined;
}
