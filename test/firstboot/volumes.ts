import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { hostPlaces } from "#firstboot/seed/host-places.ts";
import type { HostPlaces } from "#firstboot/seed/host-places.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A host made of a directory: its block devices are files, made by the tools that users use. */
export class FakeHost {
  readonly root: string;

  static async make(): Promise<FakeHost> {
    const host = new FakeHost(await mkdtemp(join(tmpdir(), "gatepair-firstboot-")));
    for (const directory of [
      "sys/class/block",
      "sys/class/dmi/id",
      "dev",
      "proc",
      "run/credentials/@system",
    ]) {
      await mkdir(join(host.root, directory), { recursive: true });
    }
    return host;
  }

  constructor(root: string) {
    this.root = root;
  }

  get places(): HostPlaces {
    return hostPlaces({}, this.root);
  }

  path(path: string): string {
    return join(this.root, path);
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(join(this.path(path), ".."), { recursive: true });
    await writeFile(this.path(path), content);
  }

  /** A FAT file system with the files in its root directory. */
  async plugFat(
    name: string,
    files: Files,
    options: readonly string[] = ["-n", "CIDATA"],
  ): Promise<void> {
    const image = this.path(`dev/${name}`);
    const size = { "16": "20M", "32": "70M" }[options[1] ?? ""] ?? "4M";
    run("truncate", "-s", size, image);
    run("mkfs.vfat", ...options, image);
    const paths = await this.stage(files);
    if (paths.length > 0) run("mcopy", "-oi", image, ...paths, "::");
    await this.plug(name);
  }

  /** A disc that genisoimage or a program with its arguments makes. */
  async plugIso(
    name: string,
    files: Files,
    options: readonly string[],
    program = ["genisoimage", "-quiet"],
  ): Promise<void> {
    const [command = "", ...args] = program;
    const image = this.path(`dev/${name}`);
    run(command, ...args, "-o", image, ...options, ...(await this.stage(files)));
    await this.plug(name);
  }

  async plugCloudLocalds(name: string, files: Files, options: readonly string[]): Promise<void> {
    const paths = await this.stage(files);
    const named = (wanted: string) => paths.find((path) => basename(path) === wanted) ?? "";
    const network = named("network-config") === "" ? [] : ["-N", named("network-config")];
    run(
      "cloud-localds",
      ...options,
      ...network,
      this.path(`dev/${name}`),
      named("user-data"),
      named("meta-data"),
    );
    await this.plug(name);
  }

  async plug(name: string): Promise<void> {
    const { size } = await stat(this.path(`dev/${name}`));
    await this.write(`sys/class/block/${name}/size`, `${size / 512}\n`);
  }

  async unplug(name: string): Promise<void> {
    await rm(this.path(`sys/class/block/${name}`), { recursive: true });
    await rm(this.path(`dev/${name}`));
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true });
  }

  private async stage(files: Files): Promise<string[]> {
    const directory = this.path("stage");
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
    for (const [name, content] of Object.entries(files))
      await writeFile(join(directory, name), content);
    return Object.keys(files).map((name) => join(directory, name));
  }
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}
