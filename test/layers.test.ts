import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, test } from "node:test";

const source = join(import.meta.dirname, "../src");

/** What each room may use beside itself. CONTRIBUTING.md says it in words. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
  base: [],
  vrrp: ["base"],
  recording: ["base", "vrrp"],
  capture: ["base", "vrrp"],
  tracking: ["base"],
  config: ["base", "vrrp"],
  alerts: ["base"],
  nginx: ["base"],
  engine: ["base", "vrrp", "recording", "tracking", "config", "alerts", "nginx"],
  linux: ["base", "vrrp", "tracking", "config", "alerts", "nginx", "engine"],
  probe: ["base", "nginx"],
  mail: ["base", "recording", "alerts", "engine"],
  control: ["base", "engine"],
  firstboot: ["base", "config"],
  cli: ["base", "vrrp", "recording", "capture", "config", "engine", "control", "firstboot"],
  console: ["base", "config", "engine", "control", "firstboot", "cli"],
  gate: ["base", "config", "control", "linux", "cli"],
  daemon:
    "base vrrp recording tracking config alerts nginx engine linux probe mail control firstboot cli".split(
      " ",
    ),
};

/** Rooms without the world: what they need of it comes in as values. */
const pureRooms = new Set(
  "base vrrp recording capture tracking config alerts nginx engine".split(" "),
);

/** Every package in the executable, and the rooms that may use it. A new one is a decision. */
const packages: Readonly<Record<string, readonly string[]>> = {
  netlink: ["linux"],
  nodemailer: ["mail"],
  pino: ["daemon"],
  "raw-socket": ["linux"],
  systeminformation: ["mail"],
  yaml: ["config", "firstboot"],
  zod: ["recording", "config", "control", "firstboot"],
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function listImports(): Import[] {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && file !== "main.ts")
    .flatMap((file) => {
      const text = readFileSync(join(source, file), "utf8");
      const targets = text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g);
      const room = file.split("/")[0] ?? "";
      return Array.from(targets, ([, target = ""]) => ({ file, room, target }));
    });
}

function roomOf({ file, target }: Import): string | undefined {
  if (target.startsWith("#")) return target.slice(1).split("/")[0];
  if (!target.startsWith(".")) return undefined;
  return relative(source, resolve(source, dirname(file), target)).split("/")[0];
}

function packageOf(target: string): string | undefined {
  return /^[@a-z]/.test(target) && !target.startsWith("node:") ? target.split("/")[0] : undefined;
}

const imports = listImports();

describe("the layers", () => {
  test("are all known here", () => {
    const rooms = new Set(imports.map(({ room }) => room));
    assert.deepEqual([...rooms].sort(), Object.keys(mayUse).sort());
  });

  test("use only what stands below them", () => {
    const wrong = imports.filter((each) => {
      const used = roomOf(each);
      return used !== undefined && used !== each.room && !mayUse[each.room]?.includes(used);
    });
    assert.deepEqual(wrong, []);
  });

  test("that are pure use nothing of Node", () => {
    const wrong = imports.filter(
      ({ room, target }) => pureRooms.has(room) && target.startsWith("node:"),
    );
    assert.deepEqual(wrong, []);
  });

  test("use packages only where it was decided", () => {
    const wrong = imports.filter(({ room, target }) => {
      const name = packageOf(target);
      return name !== undefined && !packages[name]?.includes(room);
    });
    assert.deepEqual(wrong, []);
  });

  test("use every package that package.json asks for", () => {
    const manifest = JSON.parse(readFileSync(join(source, "../package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    assert.deepEqual(Object.keys(manifest.dependencies).sort(), Object.keys(packages).sort());
    for (const version of Object.values(manifest.dependencies)) assert.match(version, /^\d/);
    const used = new Set(imports.map(({ target }) => packageOf(target)));
    for (const name of Object.keys(packages)) assert.ok(used.has(name), `${name} is not used`);
  });
});
