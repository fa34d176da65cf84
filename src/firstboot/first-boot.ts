import type { Issue } from "#config/issue.ts";

import { applyPlan } from "./apply/apply-plan.ts";
import { chooseConfig } from "./apply/own-config.ts";
import type { ConfigChoice } from "./apply/own-config.ts";
import { hashFiles, isSame, readStored, writeStored } from "./apply/state.ts";
import type { StoredConfiguration, StoredReading } from "./apply/state.ts";
import { gunzip } from "./gunzip.ts";
import { decide } from "./plan/decide.ts";
import type { Outcome } from "./plan/decide.ts";
import { makePlan, makeWaitingPlan } from "./plan/make-plan.ts";
import type { Planning } from "./plan/make-plan.ts";
import type { Plan } from "./plan/plan.ts";
import { findSeed } from "./seed/find-seed.ts";
import type { HostPlaces } from "./seed/host-places.ts";
import { describeFiles } from "./seed/seed.ts";
import type { Look, Search, Seed } from "./seed/seed.ts";

/** What a run did, for the console and for programs. */
export interface FirstBoot {
  readonly outcome: Outcome;
  /** The seed that was found, whether it is in force or not. */
  readonly found: { readonly origin: string; readonly files: string } | undefined;
  /** The configuration that was in force before this run. */
  readonly before: Pick<StoredConfiguration, "origin" | "appliedAt"> | undefined;
  readonly hostname: string | undefined;
  readonly config: ConfigChoice;
  readonly issues: readonly Issue[];
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
  /** What could not be read or written. */
  readonly problems: readonly string[];
  readonly looks: readonly Look[];
  /** Only with a seed that is new: a box that powers off at each boot is no box. */
  readonly powerState: Plan["powerState"];
  readonly paths: readonly string[];
}

/** Looks for a seed, and puts in force the best configuration that there is. */
export async function runFirstBoot(root: string, places: HostPlaces): Promise<FirstBoot> {
  const search = await findSeed(places);
  const planning = search.seed && makePlan(search.seed, gunzip);
  const reading = await readStored(root);
  const stored = reading.type === "found" ? reading.stored : undefined;
  const decision = decide({
    plan: planning?.plan,
    lastGood: stored?.plan,
    isSame: search.seed !== undefined && isSame(hashFiles(search.seed.files), stored?.hashes ?? {}),
  });
  const { plan, choice } = await chooseConfig(
    root,
    decision.plan ?? makeWaitingPlan(),
    decision.outcome === "waiting",
  );
  const problems = [...describeDamage(reading), ...(await applyPlan(plan, root))];
  const isNew = decision.outcome === "first" || decision.outcome === "changed";
  const isKept = isNew && (await keep(root, search.seed, planning, problems));
  return {
    ...describeSearch(search, planning),
    outcome: decision.outcome,
    before: stored && { origin: stored.origin, appliedAt: stored.appliedAt },
    hostname: plan.hostname,
    config: choice,
    problems,
    // Without what tells the next boot that this was done, it would be done for ever.
    powerState: isKept ? plan.powerState : undefined,
    paths: plan.files.map(({ path }) => path),
  };
}

function describeDamage(reading: StoredReading): string[] {
  return reading.type === "damaged"
    ? [`the last good configuration cannot be read: ${reading.problem}`]
    : [];
}

async function keep(
  root: string,
  seed: Seed | undefined,
  planning: Planning | undefined,
  problems: string[],
): Promise<boolean> {
  if (seed === undefined || planning?.plan === undefined) return false;
  const { instanceId, plan } = planning;
  return writeStored(root, seed, { instanceId, plan }).then(
    () => true,
    (error: Error) => {
      problems.push(`cannot keep this configuration for later: ${error.message}`);
      return false;
    },
  );
}

function describeSearch(
  { seed, looks }: Search,
  planning: Planning | undefined,
): Pick<FirstBoot, "found" | "looks" | "issues" | "ignored" | "notes"> {
  return {
    found: seed && { origin: seed.origin, files: describeFiles(seed.files) },
    looks,
    issues: planning?.issues ?? [],
    ignored: planning?.ignored ?? [],
    notes: planning?.notes ?? [],
  };
}
