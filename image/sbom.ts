/**
 * Writes the software bill of materials of an image, SPDX 2.3 as JSON, from what mkosi recorded of
 * the packages and from the npm packages that are in the executable:
 *
 *     node image/sbom.ts build/NAME.manifest.json >build/NAME.spdx.json
 *
 * It holds no time of day and no random part: the same image gives the same document.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const project = resolve(import.meta.dirname, "..");
/** The image's own date, mkosi.conf's SourceDateEpoch. */
const created = "2026-01-01T00:00:00Z";

interface Manifest {
  readonly config: { readonly name: string; readonly version: string };
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
  }[];
}

interface NpmLock {
  readonly packages: Readonly<
    Record<string, { version?: string; dev?: boolean; license?: string }>
  >;
}

interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
  readonly downloadLocation: "NOASSERTION";
  readonly filesAnalyzed: false;
  readonly licenseDeclared: string;
  readonly externalRefs: readonly object[];
}

/** SPDX identifiers know letters, digits, dots and hyphens only. */
function identifier(kind: string, name: string): string {
  return `SPDXRef-${kind}-${name.replaceAll(/[^A-Za-z0-9.-]/g, "-")}`;
}

function describePackage(kind: string, name: string, version: string, purl: string): SpdxPackage {
  return {
    SPDXID: identifier(kind, name),
    name,
    versionInfo: version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseDeclared: "NOASSERTION",
    externalRefs: [
      { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl },
    ],
  };
}

function debianPackages({ packages }: Manifest): SpdxPackage[] {
  return packages.map(({ name, version, architecture }) => {
    const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=trixie`;
    return describePackage("deb", name, version, purl);
  });
}

/** Node itself comes as an npm package of the development dependencies; the rest of those stays out. */
function npmPackages({ packages }: NpmLock): SpdxPackage[] {
  return Object.entries(packages).flatMap(([path, { version, dev, license }]) => {
    const name = path.split("node_modules/").at(-1) ?? "";
    if (name === "" || version === undefined) return [];
    if (dev === true && !name.startsWith("node-linux-")) return [];
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    const described = describePackage("npm", `${name}-${version}`, version, purl);
    return [{ ...described, name, licenseDeclared: license ?? "NOASSERTION" }];
  });
}

function writeDocument(manifestFile: string): string {
  const text = readFileSync(manifestFile, "utf8");
  const manifest: Manifest = JSON.parse(text);
  const lock: NpmLock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
  const { name, version } = manifest.config;
  const image = {
    ...describePackage("image", name, version, `pkg:generic/${name}@${version}`),
    licenseDeclared: "MIT",
  };
  const parts = [...debianPackages(manifest), ...npmPackages(lock)];
  const digest = createHash("sha256").update(text).update(JSON.stringify(parts)).digest("hex");
  return JSON.stringify(
    {
      spdxVersion: "SPDX-2.3",
      dataLicense: "CC0-1.0",
      SPDXID: "SPDXRef-DOCUMENT",
      name: `${name}_${version}`,
      documentNamespace: `urn:gatepair:sbom:${digest}`,
      creationInfo: { created, creators: ["Tool: gatepair image/sbom.ts"] },
      packages: [image, ...parts],
      relationships: [
        relate("SPDXRef-DOCUMENT", "DESCRIBES", image.SPDXID),
        ...parts.map((part) => relate(image.SPDXID, "CONTAINS", part.SPDXID)),
      ],
    },
    undefined,
    1,
  );
}

function relate(
  spdxElementId: string,
  relationshipType: string,
  relatedSpdxElement: string,
): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

const [manifestFile] = process.argv.slice(2);
if (manifestFile === undefined) throw new Error("which manifest? say: node image/sbom.ts FILE");
console.log(writeDocument(manifestFile));
