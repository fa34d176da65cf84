/** Reads bytes of a device; fewer than asked for only at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/** A file in the root directory of a volume. */
export interface VolumeFile {
  readonly name: string;
  readonly size: number;
  /** Nothing when the volume is damaged there. */
  read(): Promise<Uint8Array | undefined>;
}

/**
 * A file system of the two kinds that NoCloud knows. They are read here instead of being mounted:
 * only names and contents of a root directory are wanted, before the system is up, and a stick
 * from anywhere is better read by this than by the kernel.
 */
export interface Volume {
  readonly type: "vfat" | "iso9660";
  /** The names under which blkid(8) would know it: LABEL and LABEL_FATBOOT. */
  readonly labels: readonly string[];
  listFiles(): Promise<readonly VolumeFile[]>;
}

/** Larger than any document; what is larger is not read. */
export const largestFile = 4 * 1024 * 1024;

export function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** A view that reads zero beyond its end: what a damaged volume lacks fails the checks later. */
export function viewOf(bytes: Uint8Array, length: number): DataView {
  const padded = new Uint8Array(Math.max(length, bytes.length));
  padded.set(bytes);
  return new DataView(padded.buffer);
}
