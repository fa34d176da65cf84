import { internetChecksum } from "#base/checksum.ts";
import type { IpFamily } from "#base/ip-address.ts";
import { familyOfLeg, type LegParameters } from "#vrrp/virtual-router.ts";
import { vrrpProtocol } from "#vrrp/constants.ts";
import { type DropCause, judgePacket, type PacketVerdict } from "#vrrp/receiving/judge-packet.ts";
import type { CapturedFrame } from "./frame.ts";
import { type FramePacket, packetOf } from "./link-layer.ts";

/** What a receiver is asked to be: any, or one with these legs. */
export type Receiver = "any" | readonly LegParameters[];

type Judged = PacketVerdict<{ parameters: LegParameters; localAddress: undefined }>;

export type FrameVerdict =
  | Judged
  /** The kernel, or the capture, lets nothing of it reach us. */
  | { readonly type: "withheld"; readonly cause: WithheldCause };

type WithheldCause = "cut-off" | "bad-ip-checksum";

export interface JudgedFrame {
  readonly frame: CapturedFrame;
  readonly packet: Uint8Array;
  readonly verdict: FrameVerdict;
}

/** Undefined for a frame without VRRP. */
export function judgeFrame(frame: CapturedFrame, receiver: Receiver): JudgedFrame | undefined {
  const packet = packetOf(frame.linkType, frame.bytes);
  if (packet === undefined || !isVrrp(packet)) return undefined;
  const withheld = withheldBecause(frame, packet);
  const verdict =
    withheld === undefined
      ? judgePacket(packet.bytes, (vrid, family) => findLeg(receiver, vrid, family))
      : ({ type: "withheld", cause: withheld } as const);
  return { frame, packet: packet.bytes, verdict };
}

/** In one word: why it was not accepted. A receiver that is `any` has every VRID. */
export function causeOf(
  verdict: FrameVerdict,
  receiver: Receiver,
): DropCause | WithheldCause | undefined {
  switch (verdict.type) {
    case "accepted":
      return undefined;
    case "foreign":
      return receiver === "any" ? undefined : "unknown-vrid";
    case "withheld":
      return verdict.cause;
    default:
      return verdict.refusal;
  }
}

function findLeg(receiver: Receiver, vrid: number, family: IpFamily) {
  if (receiver === "any") return undefined;
  const parameters = receiver.find((leg) => leg.vrid === vrid && familyOfLeg(leg) === family);
  return parameters && { parameters, localAddress: undefined };
}

function isVrrp({ family, bytes }: FramePacket): boolean {
  return family === 4
    ? bytes.length >= 20 && bytes[9] === vrrpProtocol
    : bytes.length >= 40 && bytes[6] === vrrpProtocol;
}

function withheldBecause(frame: CapturedFrame, { family, bytes }: FramePacket) {
  if (frame.bytes.length < frame.originalLength) return "cut-off";
  if (family === 6) return undefined;
  const headerLength = ((bytes[0] ?? 0) & 15) * 4;
  if (headerLength < 20 || headerLength > bytes.length) return undefined;
  // ip(7): the kernel throws it away before any socket sees it.
  return internetChecksum(bytes.subarray(0, headerLength)) === 0 ? undefined : "bad-ip-checksum";
}
