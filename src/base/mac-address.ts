/** A 48-bit MAC address as six lower-case hexadecimal pairs with colons. */
export type MacAddress = string & { readonly __kind: "mac" };

export function macAddressFromBytes(bytes: Uint8Array, offset = 0): MacAddress {
  const pairs = Array.from(bytes.subarray(offset, offset + 6), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return pairs.join(":") as MacAddress;
}

export function macAddressToBytes(address: MacAddress): Uint8Array {
  return Uint8Array.from(address.split(":"), (pair) => Number.parseInt(pair, 16));
}
