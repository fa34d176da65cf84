/** An IPv4 address in dotted decimal without leading zeros: two equal addresses are equal strings. */
export type IpAddress = string & { readonly __kind: "ip" };

/** An address with the length of its prefix (0 to 32), as on an interface. */
export interface AddressPrefix {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

const decimalByte = /^(0|[1-9][0-9]{0,2})$/;

export function parseIpAddress(text: string): IpAddress | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const valid = parts.every((part) => decimalByte.test(part) && Number(part) <= 255);
  return valid ? (text as IpAddress) : undefined;
}

/** The address as an unsigned number in network order, which is how RFC 9568, 6.4.3 compares. */
export function ipAddressToNumber(address: IpAddress): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function ipAddressFromNumber(value: number): IpAddress {
  const bytes = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return bytes.join(".") as IpAddress;
}

export function ipAddressToBytes(address: IpAddress): Uint8Array {
  return Uint8Array.from(address.split("."), Number);
}

/** Reads four bytes at `offset`; the caller has checked that they are there. */
export function ipAddressFromBytes(bytes: Uint8Array, offset = 0): IpAddress {
  return bytes.subarray(offset, offset + 4).join(".") as IpAddress;
}

/** Negative, zero or positive as `left` is below, equal to or above `right`. */
export function compareIpAddresses(left: IpAddress, right: IpAddress): number {
  return ipAddressToNumber(left) - ipAddressToNumber(right);
}

export function prefixContains(prefix: AddressPrefix, address: IpAddress): boolean {
  const size = 2 ** (32 - prefix.prefixLength);
  const network = Math.floor(ipAddressToNumber(prefix.address) / size);
  return network === Math.floor(ipAddressToNumber(address) / size);
}

export function formatAddressPrefix(prefix: AddressPrefix): string {
  return `${prefix.address}/${prefix.prefixLength}`;
}
