import { formatAttribute, parseAttributes } from "netlink/dist/structs.js";

/** The attributes of a message by type; of a repeated one the last (rtnetlink(7), rtattr). */
export type Attributes = ReadonlyMap<number, Buffer>;

/** Reads the attributes that follow the fixed header. Throws when one is cut short. */
export function readAttributes(payload: Buffer, headerLength: number): Attributes {
  const attributes = new Map<number, Buffer>();
  parseAttributes(payload.subarray(headerLength), ({ type, data }) => attributes.set(type, data));
  return attributes;
}

/** An attribute with its padding. */
export function attribute(type: number, data: Uint8Array): Buffer {
  const bytes = Buffer.concat(formatAttribute({ type, data }));
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

/** A string without the zero byte that ends it. */
export function readString(value: Buffer): string {
  const end = value.indexOf(0);
  return value.toString("utf8", 0, end < 0 ? value.length : end);
}
