import { familyOf, type IpAddress, type IpFamily } from "#base/ip-address.ts";
import type { Advertisement } from "../advertisement.ts";
import {
  type Difference,
  differencesFrom,
  type Opened,
  openPacket,
  type Refusal,
  refusalBy,
  type Verdict,
} from "./receive-checks.ts";
import type { LegParameters } from "../virtual-router.ts";

/** Why a packet was not handed to a Virtual Router; `own-address` is a reflection or a twin. */
export type DropCause = Refusal | "own-address";

/** A leg that may be meant, with this host's own address there. */
export interface Addressee {
  readonly parameters: LegParameters;
  /** Undefined while the interface has none: then nothing can be compared with it. */
  readonly localAddress: IpAddress | undefined;
}

interface Meant<To extends Addressee> {
  readonly to: To;
  readonly source: IpAddress;
  readonly advertisement: Advertisement;
}

interface Refused {
  /** It may come from anywhere in the world, and has no right to anybody's attention. */
  readonly fromAfar: boolean;
}

export type PacketVerdict<To extends Addressee> =
  | (Meant<To> & { readonly type: "accepted"; readonly differences: readonly Difference[] })
  /** Meant for a leg, but it cannot obey it. */
  | (Refused & Meant<To> & { readonly type: "mismatch"; readonly refusal: DropCause })
  /** Somebody else's Virtual Router. */
  | (Refused & Omit<Meant<To>, "to"> & { readonly type: "foreign" })
  | (Refused & {
      readonly type: "malformed";
      readonly refusal: Refusal;
      readonly source: IpAddress | undefined;
    });

/** All that is checked of a received packet, in order; `find` knows the leg of a VRID and family. */
export function judgePacket<To extends Addressee>(
  bytes: Uint8Array,
  find: (vrid: number, family: IpFamily) => To | undefined,
): PacketVerdict<To> {
  return judgeOpened(openPacket(bytes), find);
}

/** The checks that follow when a packet is open. */
export function judgeOpened<To extends Addressee>(
  opened: Verdict<Opened>,
  find: (vrid: number, family: IpFamily) => To | undefined,
): PacketVerdict<To> {
  if (!opened.ok) {
    const { refusal, source, fromAfar } = opened;
    return { type: "malformed", refusal, source, fromAfar };
  }
  const { packet, advertisement, fromAfar } = opened.value;
  const { source } = packet;
  const to = find(advertisement.vrid, familyOf(source));
  if (to === undefined) return { type: "foreign", source, advertisement, fromAfar };
  const meant = { to, source, advertisement };
  const refusal = refusalFor(to, source) ?? refusalBy(to.parameters, opened.value);
  if (refusal !== undefined) return { type: "mismatch", ...meant, refusal, fromAfar };
  const differences = differencesFrom(to.parameters, advertisement);
  return { type: "accepted", ...meant, differences };
}

/** In one word: which check refused it, or undefined. */
export function dropCauseOf(verdict: PacketVerdict<Addressee>): DropCause | undefined {
  if (verdict.type === "accepted") return undefined;
  return verdict.type === "foreign" ? "unknown-vrid" : verdict.refusal;
}

function refusalFor({ localAddress }: Addressee, source: IpAddress): DropCause | undefined {
  return source === localAddress ? "own-address" : undefined;
}
