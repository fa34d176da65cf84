import * as z from "zod";

import { formatPath, sortIssues } from "#config/issue.ts";
import type { Issue } from "#config/issue.ts";
import { readYaml } from "#config/read-yaml.ts";
import { list, text } from "#config/schema/fields.ts";
import { locate } from "#config/source.ts";

import type { SeedFile } from "../seed/seed.ts";
import { checkValue, isMap } from "./check-value.ts";
import { decodeDocument } from "./decode.ts";
import { hostName, sshKey } from "./fields.ts";

const keys = z.union(
  [
    list(sshKey(), 0, 100),
    z.record(z.string(), z.union([sshKey(), list(sshKey(), 0, 100)], "a public SSH key")),
  ],
  "a list of public SSH keys",
);

/** Clouds put much more into meta-data: what is not known here is listed, never an error. */
const metaDataSchema = z.object(
  {
    "instance-id": z
      .union([text("a text", /^[^\p{C}]{0,256}$/u), z.number().transform(String)], "a text")
      .optional(),
    "local-hostname": hostName().nullish(),
    hostname: hostName().nullish(),
    "public-keys": keys.nullish(),
  },
  "a map of instance-id, local-hostname, public-keys",
);

export interface MetaData {
  readonly instanceId?: string;
  readonly hostname?: string;
  readonly sshKeys: readonly string[];
}

export interface MetaDataReading {
  readonly data: MetaData;
  readonly ignored: readonly string[];
  readonly issues: readonly Issue[];
}

const absent: MetaDataReading = { data: { sshKeys: [] }, ignored: [], issues: [] };

export function readMetaData(file: SeedFile | undefined): MetaDataReading {
  const decoded = decodeDocument(file);
  if (decoded.type === "absent") return absent;
  if (decoded.type === "refused") return { ...absent, issues: [decoded.issue] };
  const reading = readYaml(decoded.text, decoded.name);
  if (reading.source === undefined) return { ...absent, issues: reading.issues };
  const { source, value } = reading;
  const checked = checkValue(metaDataSchema, value);
  return {
    data: checked.data === undefined ? absent.data : toMetaData(checked.data),
    ignored: isMap(value) ? listOthers(value) : [],
    issues: sortIssues([
      ...reading.issues,
      ...checked.findings.map((each) => locate(source, each)),
    ]),
  };
}

function listOthers(value: Readonly<Record<string, unknown>>): string[] {
  const others = Object.keys(value).filter((key) => !Object.hasOwn(metaDataSchema.shape, key));
  return others.map((key) => formatPath([key]));
}

function toMetaData(data: z.output<typeof metaDataSchema>): MetaData {
  const instanceId = data["instance-id"];
  const hostname = data["local-hostname"] ?? data.hostname;
  return {
    ...(instanceId && { instanceId }),
    ...(hostname && { hostname }),
    sshKeys: Object.values(data["public-keys"] ?? []).flat(),
  };
}
