import { ascii, viewOf } from "../volume.ts";

/**
 * Where the parts of a FAT file system lie, in bytes from its start (Microsoft's FAT
 * specification 1.03, "Boot Sector and BPB").
 */
export interface FatLayout {
  readonly bits: 12 | 16 | 32;
  readonly clusterBytes: number;
  readonly clusters: number;
  readonly tableOffset: number;
  /** The first data cluster, which has number 2. */
  readonly dataOffset: number;
  /** Of FAT12 and FAT16, whose root directory lies before the data. */
  readonly rootOffset: number;
  readonly rootBytes: number;
  /** Of FAT32. */
  readonly rootCluster: number;
  readonly bootLabel: string;
}

/** Nothing when this is no FAT boot sector, which a partition table with 0x55AA must not pass for. */
export function parseBootSector(bytes: Uint8Array): FatLayout | undefined {
  const view = viewOf(bytes, 512);
  const sectorBytes = view.getUint16(11, true);
  const sectorsPerCluster = view.getUint8(13);
  const reserved = view.getUint16(14, true);
  const tables = view.getUint8(16);
  const isFat =
    view.getUint16(510) === 0x55aa &&
    [0xeb, 0xe9].includes(view.getUint8(0)) &&
    [512, 1024, 2048, 4096].includes(sectorBytes) &&
    [1, 2, 4, 8, 16, 32, 64, 128].includes(sectorsPerCluster) &&
    reserved > 0 &&
    (tables === 1 || tables === 2);
  if (!isFat) return undefined;

  const tableSectors = view.getUint16(22, true) || view.getUint32(36, true);
  const totalSectors = view.getUint16(19, true) || view.getUint32(32, true);
  const rootBytes = view.getUint16(17, true) * 32;
  const rootSector = reserved + tables * tableSectors;
  const dataSector = rootSector + Math.ceil(rootBytes / sectorBytes);
  const clusters = Math.floor((totalSectors - dataSector) / sectorsPerCluster);
  if (tableSectors === 0 || clusters < 1) return undefined;
  const bits = chooseBits(rootBytes, clusters);
  return {
    bits,
    clusterBytes: sectorsPerCluster * sectorBytes,
    clusters,
    tableOffset: reserved * sectorBytes,
    dataOffset: dataSector * sectorBytes,
    rootOffset: rootSector * sectorBytes,
    rootBytes,
    rootCluster: bits === 32 ? view.getUint32(44, true) : 0,
    bootLabel: readBootLabel(view, bits),
  };
}

/** The count of clusters decides (specification, "FAT Type Determination"). */
function chooseBits(rootBytes: number, clusters: number): 12 | 16 | 32 {
  if (rootBytes === 0) return 32;
  return clusters < 4085 ? 12 : 16;
}

function readBootLabel(view: DataView, bits: 12 | 16 | 32): string {
  const offset = bits === 32 ? 66 : 38;
  const hasLabel = view.getUint8(offset) === 0x29;
  const label = ascii(new Uint8Array(view.buffer, offset + 5, 11)).trimEnd();
  return hasLabel && label !== "NO NAME" ? label : "";
}
