/** First-boot volumes, made with the tools that people make them with. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findPartition } from "./gpt.ts";

/** Names and contents of the files of a volume. */
export type SeedFiles = Readonly<Record<string, string>>;

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "pipe", "pipe"] });
}

/** Gives the files to `use` in a directory of their own. */
function withFiles(near: string, files: SeedFiles, use: (directory: string) => void): void {
  const directory = mkdtempSync(join(dirname(near), "seed."));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Copies files into the FAT file system that begins at `offset` of `image`; overwrites. */
function copyIntoFat(image: string, offset: number, files: SeedFiles): void {
  withFiles(image, files, (directory) => {
    const paths = Object.keys(files).map((name) => join(directory, name));
    run("mcopy", "-o", "-i", `${image}@@${offset}`, ...paths, "::");
  });
}

/** The whole disk is one FAT file system, as cloud-init's documentation makes it. */
export function makeFatDisk(path: string, files: SeedFiles, label = "CIDATA"): string {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  run("mkfs.vfat", "-n", label, "-C", path, "8192");
  copyIntoFat(path, 0, files);
  return path;
}

const mibibyte = 1 << 20;
const sectorSize = 512;

/** A stick as it is bought: one FAT32 partition in an MBR. */
export function makeStick(path: string, files: SeedFiles, label = "CIDATA"): string {
  mkdirSync(dirname(path), { recursive: true });
  const table = Buffer.alloc(64 * mibibyte);
  const entry = table.subarray(446, 462);
  entry[4] = 0x0c; // FAT32 with LBA
  entry.writeUInt32LE(mibibyte / sectorSize, 8);
  entry.writeUInt32LE((table.length - mibibyte) / sectorSize, 12);
  table.writeUInt16LE(0xaa55, 510);
  writeFileSync(path, table);
  const sectors = String((table.length - mibibyte) / 1024);
  const where = ["--offset", String(mibibyte / sectorSize), path, sectors];
  run("mkfs.vfat", "-F", "32", "-n", label, ...where);
  copyIntoFat(path, mibibyte, files);
  return path;
}

/** Which long names a disc has: Proxmox writes Rock Ridge alone, cloud-localds both. */
export type DiscNames = "rock-and-joliet" | "rock" | "none";

const genisoimageOptions: Readonly<Record<DiscNames, readonly string[]>> = {
  "rock-and-joliet": ["-joliet", "-rock"],
  rock: ["-iso-level", "3", "-R"],
  none: [],
};

export function makeDisc(path: string, files: SeedFiles, names: DiscNames): string {
  mkdirSync(dirname(path), { recursive: true });
  withFiles(path, files, (directory) => {
    const options = [...genisoimageOptions[names], "-volid", "cidata"];
    run("genisoimage", "-quiet", ...options, "-output", path, directory);
  });
  return path;
}

/** Puts files on the first-boot partition of a flashed disk, as one does on the way to the box. */
export function writeToFlashedDisk(disk: string, files: SeedFiles): void {
  copyIntoFat(disk, findPartition(disk, "CIDATA").offset, files);
}
