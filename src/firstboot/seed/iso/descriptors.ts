import { ascii, viewOf } from "../volume.ts";
import type { ReadAt } from "../volume.ts";

export const sectorBytes = 2048;
const firstDescriptor = 16;
const mostDescriptors = 32;

/** A tree of names on the disc, from its volume descriptor (ECMA-119, 8.4 and 8.5). */
export interface IsoTree {
  readonly joliet: boolean;
  readonly label: string;
  readonly rootOffset: number;
  readonly rootBytes: number;
}

/** The primary tree and, with other names of the same files, perhaps a Joliet one. */
export async function readTrees(read: ReadAt): Promise<readonly IsoTree[]> {
  const trees: IsoTree[] = [];
  for (let index = 0; index < mostDescriptors; index += 1) {
    const sector = await read((firstDescriptor + index) * sectorBytes, sectorBytes);
    if (sector.length < sectorBytes || ascii(sector.subarray(1, 6)) !== "CD001") break;
    const [type] = sector;
    if (type === 255) break;
    const joliet = type === 2 && isJoliet(sector);
    if (type === 1 || joliet) trees.push(toTree(sector, joliet));
  }
  return trees;
}

/** The escape sequences of UCS-2 levels 1 to 3 (Joliet specification, "SVD Escape Sequences"). */
function isJoliet(sector: Uint8Array): boolean {
  return ["%/@", "%/C", "%/E"].includes(ascii(sector.subarray(88, 91)));
}

function toTree(sector: Uint8Array, joliet: boolean): IsoTree {
  const view = viewOf(sector, sectorBytes);
  const label = sector.subarray(40, 72);
  return {
    joliet,
    label: (joliet ? utf16(label) : ascii(label)).replace(/[\0 ]+$/, ""),
    rootOffset: view.getUint32(156 + 2, true) * sectorBytes,
    rootBytes: view.getUint32(156 + 10, true),
  };
}

/** Big-endian, as Joliet stores it. */
export function utf16(bytes: Uint8Array): string {
  return new TextDecoder("utf-16be").decode(bytes);
}
