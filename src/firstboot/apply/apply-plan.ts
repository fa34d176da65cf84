import { mkdir, readFile, readdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

import { addAccounts, homeOf } from "../plan/account-files.ts";
import { bundlePath, mergeBundle } from "../plan/certificate-bundle.ts";
import type { Plan, PlannedFile, PlannedLink } from "../plan/plan.ts";
import { makeOwnedDirectory, writeAtomically } from "./atomic-file.ts";
import { findOwner, readOwners } from "./owners.ts";
import type { Owners } from "./owners.ts";

/**
 * Writes a plan below `root` and answers what did not work, one sentence each: a file that cannot
 * be written must not keep the others from being there.
 */
export async function applyPlan(plan: Plan, root: string): Promise<string[]> {
  const problems: string[] = [];
  const attempt = async (task: string, work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: Error) => problems.push(`cannot ${task}: ${error.message}`));
  };
  await attempt("remove files of an earlier configuration", () => removeStale(plan, root));
  await attempt("add accounts", () => writeAccounts(plan, root));
  await attempt("add certificates", () => writeCertificates(plan, root));
  const owners = await readSystemOwners(root);
  for (const file of plan.files) {
    await attempt(`write ${file.path}`, () => writePlanned(file, root, owners));
  }
  for (const link of plan.links) {
    await attempt(`write ${link.path}`, () => writeLink(link, root));
  }
  return problems;
}

/** Units of networkd that an earlier configuration wrote would act beside the new ones. */
async function removeStale({ files }: Plan, root: string): Promise<void> {
  const directory = "/etc/systemd/network";
  const names = await readdir(join(root, directory)).catch(() => []);
  const kept = new Set(files.map(({ path }) => path));
  const stale = names.filter(
    (name) => /^\d\d-gatepair-/.test(name) && !kept.has(`${directory}/${name}`),
  );
  await Promise.all(stale.map((name) => rm(join(root, directory, name))));
}

async function writeAccounts({ accounts }: Plan, root: string): Promise<void> {
  if (accounts.length === 0) return;
  const [passwd, shadow, group] = await Promise.all(
    ["passwd", "shadow", "group"].map((name) => readOr(join(root, "/etc", name), "")),
  );
  const files = addAccounts(
    { passwd: passwd ?? "", shadow: shadow ?? "", group: group ?? "" },
    accounts,
  );
  const { groups, users } = readOwners(files.passwd, files.group);
  const open = { mode: 0o644, uid: 0, gid: 0 };
  await writeAtomically(join(root, "/etc/group"), files.group, open);
  await writeAtomically(join(root, "/etc/shadow"), files.shadow, {
    mode: 0o640,
    uid: 0,
    gid: groups.get("shadow") ?? 0,
  });
  await writeAtomically(join(root, "/etc/passwd"), files.passwd, open);
  for (const { name } of accounts) {
    const owner = { uid: users.get(name) ?? 0, gid: groups.get(name) ?? 0 };
    await makeOwnedDirectory(join(root, homeOf(name)), { mode: 0o700, ...owner });
  }
}

async function writeCertificates({ certificates }: Plan, root: string): Promise<void> {
  const { trusted, removeDefaults } = certificates;
  if (trusted.length === 0 && !removeDefaults) return;
  const path = join(root, bundlePath);
  const bundle = mergeBundle(await readOr(path, ""), trusted, removeDefaults);
  await writeAtomically(path, bundle, { mode: 0o644, uid: 0, gid: 0 });
}

async function readSystemOwners(root: string): Promise<Owners> {
  return readOwners(
    await readOr(join(root, "/etc/passwd"), ""),
    await readOr(join(root, "/etc/group"), ""),
  );
}

async function writePlanned(file: PlannedFile, root: string, owners: Owners): Promise<void> {
  const owner = findOwner(file.owner, owners);
  if (owner === undefined) throw new Error(`this system has no ${file.owner}`);
  const path = join(root, file.path);
  const content = Buffer.from(file.content, file.encoding);
  const whole = file.append ? await appended(path, content) : content;
  await writeAtomically(path, whole, { mode: file.mode, ...owner });
}

/** Once: a second run must not append again. */
async function appended(path: string, content: Buffer): Promise<Buffer> {
  const existing = await readFile(path).catch(() => Buffer.alloc(0));
  return existing.subarray(-content.length).equals(content)
    ? existing
    : Buffer.concat([existing, content]);
}

async function writeLink({ path, target }: PlannedLink, root: string): Promise<void> {
  const full = join(root, path);
  await mkdir(dirname(full), { recursive: true });
  await rm(`${full}.gatepair-new`, { force: true });
  await symlink(target, `${full}.gatepair-new`);
  await rename(`${full}.gatepair-new`, full);
}

async function readOr(path: string, fallback: string): Promise<string> {
  return readFile(path, "utf8").catch(() => fallback);
}
