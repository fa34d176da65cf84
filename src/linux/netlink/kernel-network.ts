import type { IpAddress, IpFamily } from "#base/ip-address.ts";
import { type Milliseconds, seconds } from "#base/time.ts";
import { AddressLeases } from "./address-leases.ts";
import type { Lease, LeasedAddress } from "./messages/lease-request.ts";
import { OwnRoutes } from "./own-routes.ts";
import { awaitsPrimaryAddress, primaryAddress } from "./primary-address.ts";
import { RequestChannel } from "./request-channel.ts";
import { TableSync } from "./table-sync.ts";
import { VirtualLinks } from "./virtual-links.ts";
import type { InterfaceAddress, Link, NetworkChange, RequestOutcome } from "./types.ts";

/** Room for several thousand notifications. */
const defaultReceiveBufferBytes = 4 * 1024 * 1024;
const defaultRequestTimeLimit = seconds(1);

export interface KernelNetworkOptions {
  readonly onChange: (change: NetworkChange) => void;
  /** Notifications were lost; what they said will be found out, and reported as changes. */
  readonly onOverrun?: () => void;
  /** Something that should not happen; the network goes on being watched. `code` is an errno. */
  readonly onError?: (code: string, detail: string) => void;
  /** 4 MiB if not given. */
  readonly receiveBufferBytes?: number;
  /** For the kernel's acknowledgement; 1 s if not given. */
  readonly requestTimeLimit?: Milliseconds;
}

/**
 * The kernel's interfaces and addresses as they are now, and the virtual addresses and routes that are
 * added to them. Opens its sockets in the network namespace of the process.
 */
export class KernelNetwork {
  readonly #sync: TableSync;
  readonly #channel: RequestChannel;
  readonly #leases: AddressLeases;
  /** The routes that Gatepair adds; the kernel has acted when a call returns. */
  readonly ownRoutes: OwnRoutes;
  readonly virtualLinks: VirtualLinks;

  /** Throws SystemError. */
  constructor(options: KernelNetworkOptions) {
    const onError = options.onError ?? (() => {});
    this.#sync = new TableSync({
      receiveBufferBytes: options.receiveBufferBytes ?? defaultReceiveBufferBytes,
      onChange: options.onChange,
      onOverrun: options.onOverrun ?? (() => {}),
      onError,
    });
    this.#channel = new RequestChannel(
      options.requestTimeLimit ?? defaultRequestTimeLimit,
      onError,
    );
    this.#leases = new AddressLeases(this.#sync.table, this.#channel);
    this.ownRoutes = new OwnRoutes(this.#sync.table, this.#channel);
    this.virtualLinks = new VirtualLinks(this.#sync.table, this.#channel);
  }

  /** Reads everything; changes are reported from then on. Rejects with SystemError. */
  start(): Promise<void> {
    return this.#sync.start();
  }

  get links(): readonly Link[] {
    return [...this.#sync.table.links.values()];
  }

  get addresses(): readonly InterfaceAddress[] {
    return [...this.#sync.table.addresses.values()];
  }

  /** The address on the interface, once for each prefix that it has there. */
  addressesLike(interfaceIndex: number, address: IpAddress): readonly InterfaceAddress[] {
    return this.#sync.table.addressesLike({ interfaceIndex, address });
  }

  /** Asked for each packet: without a copy of all the addresses. */
  primaryAddress(interfaceIndex: number, family: IpFamily): IpAddress | undefined {
    return primaryAddress(this.#sync.table.addresses.values(), interfaceIndex, family);
  }

  awaitsPrimaryAddress(interfaceIndex: number): boolean {
    return awaitsPrimaryAddress(this.#sync.table.addresses.values(), interfaceIndex);
  }

  /** The leases that are there now; after the start those that an earlier run has left. */
  ownLeases(): readonly InterfaceAddress[] {
    return this.#leases.own();
  }

  /**
   * Adds an address that ends by itself unless it is renewed. As with the other two, the kernel has
   * acted when the call returns, and the promise never rejects. Codes of a refusal: FOREIGN (it is
   * there and not ours), UNMARKED (kernel before 5.18), or an errno, like EEXIST, ENODEV, EPERM.
   */
  addLease(lease: Lease): Promise<RequestOutcome> {
    return this.#leases.add(lease);
  }

  /** Codes: FOREIGN, ABSENT (it is not there, or its notification has not been read yet), errno. */
  renewLease(lease: Lease): Promise<RequestOutcome> {
    return this.#leases.renew(lease);
  }

  /** Codes: FOREIGN, EADDRNOTAVAIL when it is not there, or another errno. */
  removeLease(leased: LeasedAddress): Promise<RequestOutcome> {
    return this.#leases.remove(leased);
  }

  close(): void {
    this.#sync.close();
    this.#channel.close();
  }
}
