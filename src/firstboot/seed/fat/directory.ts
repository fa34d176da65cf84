import { ascii, viewOf } from "../volume.ts";

const entryBytes = 32;
const attribute = { volumeLabel: 0x08, directory: 0x10, longName: 0x0f } as const;

export interface FatDirectory {
  /** Of the volume, as its root directory names it. */
  readonly label: string;
  readonly files: readonly FatEntry[];
}

export interface FatEntry {
  readonly name: string;
  readonly size: number;
  readonly firstCluster: number;
}

/** Files and the volume label of a root directory (FAT specification, "FAT Directory Structure"). */
export function parseDirectory(bytes: Uint8Array): FatDirectory {
  const files: FatEntry[] = [];
  let label = "";
  let longName: string[] = [];
  for (let offset = 0; offset + entryBytes <= bytes.length; offset += entryBytes) {
    const entry = bytes.subarray(offset, offset + entryBytes);
    const [first = 0] = entry;
    if (first === 0) break;
    const kind = (entry[11] ?? 0) & 0x3f;
    if (first === 0xe5) longName = [];
    else if (kind === attribute.longName) longName = collectLongName(longName, entry);
    else {
      if ((kind & attribute.volumeLabel) !== 0) label = ascii(entry.subarray(0, 11)).trimEnd();
      else if ((kind & attribute.directory) === 0) files.push(toFile(entry, longName.join("")));
      longName = [];
    }
  }
  return { label, files };
}

/** The parts of a long name come before their file, the last part first. */
function collectLongName(parts: readonly string[], entry: Uint8Array): string[] {
  const startsName = ((entry[0] ?? 0) & 0x40) !== 0;
  return [longNamePart(entry), ...(startsName ? [] : parts)];
}

function longNamePart(entry: Uint8Array): string {
  const view = viewOf(entry, entryBytes);
  const offsets = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
  const units = offsets.map((offset) => view.getUint16(offset, true));
  const end = units.indexOf(0);
  return String.fromCharCode(...(end < 0 ? units : units.slice(0, end)));
}

function toFile(entry: Uint8Array, longName: string): FatEntry {
  const view = viewOf(entry, entryBytes);
  return {
    name: longName === "" ? shortName(entry) : longName,
    size: view.getUint32(28, true),
    firstCluster: view.getUint16(20, true) * 0x1_0000 + view.getUint16(26, true),
  };
}

function shortName(entry: Uint8Array): string {
  const base = ascii(entry.subarray(0, 8)).trimEnd();
  const extension = ascii(entry.subarray(8, 11)).trimEnd();
  return extension === "" ? base : `${base}.${extension}`;
}
