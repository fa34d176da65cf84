import type { ReadAt } from "../volume.ts";
import { viewOf } from "../volume.ts";
import type { FatLayout } from "./boot-sector.ts";

/** The bytes of a chain of clusters, at most `most`; nothing when the chain is broken. */
export async function readChain(
  read: ReadAt,
  layout: FatLayout,
  first: number,
  most: number,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let cluster = first;
  for (let length = 0; length < most; length += layout.clusterBytes) {
    if (cluster < 2 || cluster >= layout.clusters + 2) break;
    const offset = layout.dataOffset + (cluster - 2) * layout.clusterBytes;
    parts.push(await read(offset, layout.clusterBytes));
    cluster = await nextCluster(read, layout, cluster);
  }
  const bytes = concat(parts);
  return bytes.length === 0 ? undefined : bytes.subarray(0, most);
}

/** Ends of a chain, and bad clusters, are numbers beyond the last cluster. */
async function nextCluster(read: ReadAt, layout: FatLayout, cluster: number): Promise<number> {
  const { bits, tableOffset } = layout;
  const position = tableOffset + Math.floor((cluster * bits) / 8);
  const view = viewOf(await read(position, 4), 4);
  if (bits === 32) return view.getUint32(0, true) & 0x0fffffff;
  const entry = view.getUint16(0, true);
  if (bits === 16) return entry;
  // FAT12 packs two entries into three bytes.
  return cluster % 2 === 0 ? entry & 0xfff : entry >> 4;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
