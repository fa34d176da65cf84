import { stringify } from "yaml";

import { hasErrors } from "#config/issue.ts";
import type { Issue } from "#config/issue.ts";
import { parseConfig } from "#config/parse-config.ts";

import { listAccounts } from "../documents/accounts.ts";
import { decodeDocument } from "../documents/decode.ts";
import type { Gunzip } from "../documents/file-content.ts";
import { readMetaData } from "../documents/read-meta-data.ts";
import type { MetaData } from "../documents/read-meta-data.ts";
import { readUserData } from "../documents/read-user-data.ts";
import { userDataSchema } from "../documents/user-data-schema.ts";
import type { UserData } from "../documents/user-data-schema.ts";
import { defaultNetwork, networkdSettings } from "../network/default-network.ts";
import type { NetworkPlan } from "../network/network-plan.ts";
import { readNetworkConfig } from "../network/read-network-config.ts";
import { renderNetwork } from "../network/render.ts";
import { isBlank } from "../seed/seed.ts";
import type { Seed, SeedFile } from "../seed/seed.ts";
import { gatepairConfigPath, textFile } from "./plan.ts";
import type { Plan, PlannedFile } from "./plan.ts";
import { toPlannedFile } from "./written-file.ts";
import { hostnameFiles, ntpFiles, sshFiles, sudoFiles, timezoneLink } from "./system-files.ts";

/** What a seed asks for, and everything that is to be said about it. */
export interface Planning {
  /** Nothing when there are errors. */
  readonly plan: Plan | undefined;
  readonly issues: readonly Issue[];
  /** Keys that are accepted without effect, such as `user-data: package_upgrade`. */
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
  readonly instanceId: string;
}

/** The documents of a seed, read. */
interface Documents {
  readonly userData: UserData;
  readonly metaData: MetaData;
  readonly network: NetworkPlan | undefined;
  readonly gatepairConfig: string | undefined;
}

export function makePlan(seed: Seed, gunzip: Gunzip): Planning {
  const { files } = seed;
  const userData = readUserData(files["user-data"], gunzip);
  const metaData = readMetaData(files["meta-data"]);
  const network = readNetworkConfig(files["network-config"]);
  const data = userData.data ?? userDataSchema.parse({});
  const gatepair = readGatepairConfig(files["gatepair.config"], data);
  const issues = [userData, metaData, network, gatepair].flatMap((reading) => reading.issues);
  const documents = {
    userData: data,
    metaData: metaData.data,
    network: network.plan,
    gatepairConfig: gatepair.text,
  };
  return {
    plan: hasErrors(issues) ? undefined : toPlan(documents, seed.hostname, gunzip),
    issues,
    ignored: [
      ...userData.ignored.map((path) => `user-data: ${path}`),
      ...metaData.ignored.map((key) => `meta-data: ${key}`),
    ],
    notes: listNotes(seed, gatepair.text !== undefined),
    instanceId: metaData.data.instanceId ?? seed.instanceId ?? "nocloud",
  };
}

interface GatepairReading {
  readonly text: string | undefined;
  readonly issues: readonly Issue[];
}

/** The credential as it is, or the document below the key `gatepair`, which was checked there. */
function readGatepairConfig(file: SeedFile | undefined, { gatepair }: UserData): GatepairReading {
  const decoded = decodeDocument(file);
  if (decoded.type === "refused") return { text: undefined, issues: [decoded.issue] };
  if (decoded.type === "absent") {
    const head =
      "# Written by gatepair firstboot from user-data; `gatepair config apply` changes it for good.\n";
    return { text: gatepair === undefined ? undefined : head + stringify(gatepair), issues: [] };
  }
  const { issues } = parseConfig(decoded.text, decoded.name);
  if (gatepair === undefined) return { text: decoded.text, issues };
  const message = "found the key gatepair in user-data as well; accepted: one of the two";
  const twice: Issue = {
    severity: "error",
    file: decoded.name,
    line: 1,
    column: 1,
    path: "",
    message,
  };
  return { text: decoded.text, issues: [...issues, twice] };
}

function listNotes({ files }: Seed, hasGatepair: boolean): string[] {
  const vendorData = files["vendor-data"];
  return [
    ...(vendorData === undefined || isBlank(vendorData.bytes)
      ? []
      : ["vendor-data was read; nothing of it is used"]),
    ...(hasGatepair ? [] : ["there is no section gatepair: this box serves no virtual address"]),
  ];
}

function toPlan(documents: Documents, ownHostname: string | undefined, gunzip: Gunzip): Plan {
  const { userData, metaData, network, gatepairConfig } = documents;
  const accounts = listAccounts(userData, metaData.sshKeys);
  const hostname = chooseHostname(userData) ?? metaData.hostname ?? ownHostname;
  const certificates = userData.ca_certs ?? userData["ca-certs"];
  const mode = userData.power_state?.mode;
  return {
    ...(hostname && { hostname }),
    files: [
      ...(hostname ? hostnameFiles(hostname, userData.fqdn) : []),
      ...ntpFiles(userData.ntp),
      ...sshFiles(accounts, userData.ssh_pwauth === true),
      ...sudoFiles(accounts),
      ...networkFiles(network),
      ...(gatepairConfig === undefined
        ? []
        : [textFile(gatepairConfigPath, gatepairConfig, 0o600)]),
      ...userData.write_files.map((file) => toPlannedFile(file, gunzip)),
    ],
    links: userData.timezone === undefined ? [] : [timezoneLink(userData.timezone)],
    accounts,
    certificates: {
      trusted: certificates?.trusted ?? [],
      removeDefaults:
        certificates?.remove_defaults === true || certificates?.["remove-defaults"] === true,
    },
    ...(mode && { powerState: mode }),
  };
}

/** `hostname` is what the host is called, `fqdn` how it is known; as in cloud-init. */
function chooseHostname(data: UserData): string | undefined {
  const { hostname, fqdn } = data;
  if (data.prefer_fqdn_over_hostname && fqdn !== undefined) return fqdn;
  return hostname ?? fqdn?.split(".")[0];
}

function networkFiles(network: NetworkPlan | undefined): PlannedFile[] {
  const files = network === undefined ? [defaultNetwork] : renderNetwork(network);
  return [networkdSettings, ...files].map(({ name, text }) =>
    textFile(`/etc/systemd/${name}`, text),
  );
}

/** Before there is any configuration: DHCP, and nothing else. */
export function makeWaitingPlan(): Plan {
  return {
    files: networkFiles(undefined),
    links: [],
    accounts: [],
    certificates: { trusted: [], removeDefaults: false },
  };
}
