import { error, sortIssues } from "#config/issue.ts";
import type { Finding, Issue, Path } from "#config/issue.ts";
import { describeFound } from "#config/found.ts";
import { readYaml } from "#config/read-yaml.ts";
import { locate } from "#config/source.ts";

import { checkValue, isMap } from "../documents/check-value.ts";
import { decodeDocument } from "../documents/decode.ts";
import { errorAtKey, under } from "../documents/findings.ts";
import type { SeedFile } from "../seed/seed.ts";
import { checkPlan } from "./check-plan.ts";
import type { NetworkPlan } from "./network-plan.ts";
import { planVersion1 } from "./plan-version-1.ts";
import { planVersion2 } from "./plan-version-2.ts";
import type { Planned } from "./plan-version-2.ts";
import { version1Schema } from "./version-1.ts";
import { version2Schema } from "./version-2.ts";

export interface NetworkReading {
  /** Nothing when the file is absent, names no device, or is wrong. */
  readonly plan: NetworkPlan | undefined;
  readonly issues: readonly Issue[];
}

/** Reads `network-config`, with and without the key `network` around it. */
export function readNetworkConfig(file: SeedFile | undefined): NetworkReading {
  const decoded = decodeDocument(file);
  if (decoded.type === "absent") return { plan: undefined, issues: [] };
  if (decoded.type === "refused") return { plan: undefined, issues: [decoded.issue] };
  const reading = readYaml(decoded.text, decoded.name);
  if (reading.source === undefined) return { plan: undefined, issues: reading.issues };
  const { source, value } = reading;
  const isWrapped = isMap(value) && isMap(value["network"]);
  const { plan, findings } = isWrapped ? readWrapped(value) : readVersions(value, []);
  const located = findings.map((finding) => locate(source, finding));
  const issues = sortIssues([...reading.issues, ...located]);
  return { plan: issues.length > 0 || plan?.devices.length === 0 ? undefined : plan, issues };
}

interface Read {
  readonly plan: NetworkPlan | undefined;
  readonly findings: readonly Finding[];
}

function readWrapped(value: Readonly<Record<string, unknown>>): Read {
  const { plan, findings } = readVersions(value["network"], ["network"]);
  const others = Object.keys(value).filter((key) => key !== "network");
  const beside = others.map((key) =>
    errorAtKey([key], "found a key beside network; accepted: network alone"),
  );
  return { plan, findings: [...findings, ...beside] };
}

function readVersions(value: unknown, path: Path): Read {
  const version = isMap(value) ? value["version"] : undefined;
  if (version === 1) {
    const { data, findings } = checkValue(version1Schema, value);
    return finish(data && planVersion1(data, path), findings, path);
  }
  if (version === 2) {
    const { data, findings } = checkValue(version2Schema, value);
    return finish(data && planVersion2(data, path), findings, path);
  }
  const found = version === undefined ? "missing" : `found ${describeFound(version, false)}`;
  return { plan: undefined, findings: [error([...path, "version"], `${found}; accepted: 1 or 2`)] };
}

function finish(planned: Planned | undefined, findings: readonly Finding[], path: Path): Read {
  const ofSchema = findings.map((finding) => under(path, finding));
  if (planned === undefined) return { plan: undefined, findings: ofSchema };
  const { plan, findings: ofPlan } = planned;
  return { plan, findings: [...ofSchema, ...ofPlan, ...checkPlan(plan)] };
}
