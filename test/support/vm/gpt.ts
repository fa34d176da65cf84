/** Partitions of a disk image: enough of UEFI's GPT (chapter 5.3) to find one by its name. */
import { closeSync, openSync, readSync } from "node:fs";

const sectorSize = 512;
const nameOffset = 56;
const nameLength = 72;

export interface Partition {
  readonly name: string;
  /** In bytes from the begin of the disk. */
  readonly offset: number;
  readonly size: number;
}

export function listPartitions(disk: string): Partition[] {
  const file = openSync(disk, "r");
  try {
    return readTable((offset, length) => {
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, offset);
      return bytes;
    });
  } finally {
    closeSync(file);
  }
}

export function findPartition(disk: string, name: string): Partition {
  const partitions = listPartitions(disk);
  const found = partitions.find((partition) => partition.name === name);
  if (found !== undefined) return found;
  const names = partitions.map((partition) => partition.name).join(", ");
  throw new Error(`${disk} has no partition ${name}; there are ${names}`);
}

function readTable(read: (offset: number, length: number) => Buffer): Partition[] {
  const header = read(sectorSize, sectorSize);
  if (header.toString("latin1", 0, 8) !== "EFI PART") throw new Error("no partition table");
  const [count, size] = [header.readUInt32LE(80), header.readUInt32LE(84)];
  const table = read(Number(header.readBigUInt64LE(72)) * sectorSize, count * size);
  return Array.from({ length: count }, (_, index) =>
    readEntry(table.subarray(index * size, (index + 1) * size)),
  ).filter(({ offset }) => offset > 0);
}

function readEntry(entry: Buffer): Partition {
  const [first, last] = [Number(entry.readBigUInt64LE(32)), Number(entry.readBigUInt64LE(40))];
  const name = entry.toString("utf16le", nameOffset, nameOffset + nameLength);
  return {
    name: name.replace(/\0.*$/, ""),
    offset: first * sectorSize,
    size: (last - first + 1) * sectorSize,
  };
}
