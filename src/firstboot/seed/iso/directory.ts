import { ascii, viewOf } from "../volume.ts";
import { sectorBytes, utf16 } from "./descriptors.ts";

export interface IsoEntry {
  readonly name: string;
  /** From Rock Ridge: the name that the file had where the disc was made. */
  readonly hasRockRidgeName: boolean;
  readonly offset: number;
  readonly size: number;
}

/** The files of a directory (ECMA-119, 9.1), without its subdirectories. */
export function parseDirectory(bytes: Uint8Array, joliet: boolean): IsoEntry[] {
  const entries: IsoEntry[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const length = bytes[offset] ?? 0;
    if (length === 0) {
      // Records do not cross sectors: the rest of this one is empty.
      offset = (Math.floor(offset / sectorBytes) + 1) * sectorBytes;
      continue;
    }
    const record = bytes.subarray(offset, offset + length);
    if (record.length >= 34 && isFile(record)) entries.push(toEntry(record, joliet));
    offset += length;
  }
  return entries;
}

function isFile(record: Uint8Array): boolean {
  return ((record[25] ?? 0) & 0x02) === 0;
}

function toEntry(record: Uint8Array, joliet: boolean): IsoEntry {
  const view = viewOf(record, 34);
  const nameLength = record[32] ?? 0;
  const nameBytes = record.subarray(33, 33 + nameLength);
  const rockRidge = joliet ? "" : readRockRidgeName(record.subarray(33 + (nameLength | 1)));
  const plain = (joliet ? utf16(nameBytes) : ascii(nameBytes)).replace(/;\d+$/, "");
  return {
    name: rockRidge === "" ? plain.replace(/\.$/, "") : rockRidge,
    hasRockRidgeName: rockRidge !== "",
    offset: view.getUint32(2, true) * sectorBytes,
    size: view.getUint32(10, true),
  };
}

/** The NM entries of the system use area (RRIP, 4.1.4). Names long enough for a continuation area
 *  are not among those wanted. */
function readRockRidgeName(area: Uint8Array): string {
  let name = "";
  for (let offset = 0; offset + 4 <= area.length;) {
    const length = area[offset + 2] ?? 0;
    if (length < 4) break;
    const isName = ascii(area.subarray(offset, offset + 2)) === "NM";
    if (isName) name += ascii(area.subarray(offset + 5, offset + length));
    offset += length;
  }
  return name;
}
