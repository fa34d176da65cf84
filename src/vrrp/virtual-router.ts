import { familyOf, type IpAddress, type IpFamily } from "#base/ip-address.ts";
import type { VirtualAddress } from "#base/virtual-address.ts";
import type { Instant, Milliseconds } from "#base/time.ts";
import type {
  Advertisement,
  Authentication,
  ChecksumCoverage,
  VrrpVersion,
} from "./advertisement.ts";
import type { Reason } from "./reason.ts";
import type { VirtualLinkIdentity } from "./virtual-mac.ts";

/** What the state machine needs of the configuration. */
export interface VirtualRouterParameters {
  readonly version: VrrpVersion;
  /** Priority without anything that lowers it, 1 to 254, or 255: the owner of the addresses. */
  readonly priority: number;
  readonly advertisementInterval: Milliseconds;
  readonly preemptMode: boolean;
  /** How long a lower Active Router is left in peace, from its first Advertisement on. */
  readonly preemptDelay: Milliseconds;
  /** Advertisements in a row that may be lost before a Backup takes over, 1 to 100. */
  readonly lossCount: number;
  readonly announcements: AnnouncementParameters;
}

/**
 * How an Active Router tells hosts and switches where the addresses are: by gratuitous ARP and
 * unsolicited Neighbor Advertisements.
 */
export interface AnnouncementParameters {
  /** Rounds in each burst, 1 to 20; single frames get lost. */
  readonly rounds: number;
  /** To the second burst, for switches that were busy with the first; 0 for none. */
  readonly repeatDelay: Milliseconds;
  /** Between single rounds from then on, against tables that forget a quiet address; 0 for none. */
  readonly refreshInterval: Milliseconds;
}

/**
 * Where and with what a Virtual Router speaks: its VRID on one interface. Several legs share one
 * state machine when they have to move together.
 */
export interface LegParameters {
  /** Unique among all legs. */
  readonly id: string;
  /** The name of the Virtual Router in the configuration. */
  readonly router: string;
  /** 1 to 255. */
  readonly vrid: number;
  readonly interfaceName: string;
  readonly version: VrrpVersion;
  readonly advertisementInterval: Milliseconds;
  /** At least one, all of one family; of IPv6 the first is link-local (RFC 9568, 5.2.9). */
  readonly addresses: readonly VirtualAddress[];
  /** Priority 255: the addresses are this host's own, which it never adds or removes. */
  readonly ownsAddresses: boolean;
  readonly authentication: Authentication;
  /** Whether version 3 over IPv4 counts the pseudo-header in; either is accepted. */
  readonly sentChecksum: ChecksumCoverage;
  /** The others of this Virtual Router, when it speaks to them by unicast; empty: by multicast. */
  readonly peers: readonly UnicastPeer[];
  /** Undefined where the interface's own MAC address serves. */
  readonly virtualLink: VirtualLinkIdentity | undefined;
}

/** The interface that an address of the leg belongs on. */
export function interfaceOf(
  { interfaceName }: Pick<LegParameters, "interfaceName">,
  { attributes }: VirtualAddress,
): string {
  return attributes?.interface ?? interfaceName;
}

/** What its addresses are is what it speaks over. */
export function familyOfLeg({ addresses: [first] }: Pick<LegParameters, "addresses">): IpFamily {
  if (first === undefined) throw new Error("a leg has at least one address");
  return familyOf(first.address);
}

/** Another router that is spoken to by unicast, and from how far away its packets may come. */
export interface UnicastPeer {
  readonly address: IpAddress;
  /** Bounds of the Time to Live or Hop Limit of what it sends, 0 to 255; 255 is the same link. */
  readonly minTtl: number;
  readonly maxTtl: number;
}

/**
 * `initialize` and `fault` are both RFC 9568's Initialize state: before the first start and after
 * a stop, and while tracking forbids to take part.
 */
export type Role = "initialize" | "backup" | "active" | "fault";

/** The last Advertisement of another router, as far as it told us of itself. */
export interface HeardRouter {
  readonly address: IpAddress;
  readonly priority: number;
  /** What it advertised as its interval. */
  readonly interval: Milliseconds;
  readonly at: Instant;
}

/** All that one Virtual Router remembers between two events. */
export interface VirtualRouterState {
  readonly role: Role;
  readonly since: Instant;
  readonly reason: Reason;
  /** Effective priority, 1 to 255: what Advertisements carry. */
  readonly priority: number;
  /** Active_Adver_Interval (RFC 9568, 6.1): as learned by a Backup, our own while Active. */
  readonly activeAdverInterval: Milliseconds;
  /** When the newest timer of the role (Active_Down_Timer or Adver_Timer) is due. */
  readonly due: Instant;
  /** Counts up with every timer that is armed. */
  readonly generation: number;
  /** The generation of each timer that is armed now. */
  readonly timers: Readonly<Partial<Record<TimerName, number>>>;
  readonly heard: HeardRouter | undefined;
  /** Backup after standing still: it listens for others, once, before it takes over. */
  readonly listening: boolean;
  /** The operator asked to hand over: do not preempt until the others fall silent. */
  readonly yielded: boolean;
  /** From when on a lower Active Router may be preempted; undefined while none is heard. */
  readonly preemptFrom: Instant | undefined;
  /** When each kind was last answered: it is not answered at once again soon after that. */
  readonly answeredAt: Readonly<Partial<Record<Answered, Instant>>>;
}

/** Advertisements that an Active Router answers at once: of a lower priority, and of priority 0. */
export type Answered = "lower" | "last-word";

export type TimerName = "active-down" | "advertisement" | "announcement" | "refresh";

/** An Advertisement that passed all receive checks, and from where to where it came. */
export interface ReceivedAdvertisement {
  readonly advertisement: Advertisement;
  readonly source: IpAddress;
  /**
   * This host's own address on the interface, for the tie-break between equal priorities. Undefined
   * on all legs but the first: two legs could decide it against each other.
   */
  readonly localAddress: IpAddress | undefined;
}
