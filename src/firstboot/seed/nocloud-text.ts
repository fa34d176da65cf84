import { quote } from "#config/issue.ts";

/** What an SMBIOS serial or the kernel's command line says of the seed. */
export interface NoCloudText {
  readonly hostname?: string;
  readonly instanceId?: string;
  /** A directory with the seed's files. */
  readonly directory?: string;
  /** Why a part of it is not used, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Reads `ds=nocloud;h=...;i=...;s=...` (cloud-init's documentation of NoCloud, "Line
 * configuration"); nothing when the text does not name NoCloud.
 */
export function parseNoCloudText(text: string): NoCloudText | undefined {
  const [head = "", ...settings] = text.trim().split(";");
  if (!/^ds=nocloud(-net)?$/.test(head)) return undefined;
  const problems: string[] = [];
  const found: { hostname?: string; instanceId?: string; directory?: string } = {};
  for (const setting of settings.filter((each) => each !== "")) {
    const { key, value } = splitSetting(setting);
    if (key === "h" || key === "local-hostname") found.hostname = value;
    else if (key === "i" || key === "instance-id") found.instanceId = value;
    else if (key === "s" || key === "seedfrom") {
      const { directory, problem } = readLocation(value);
      if (directory !== undefined) found.directory = directory;
      if (problem !== undefined) problems.push(problem);
    } else problems.push(`found ${quote(key)}; accepted: h=, i= and s=`);
  }
  return { ...found, problems };
}

function splitSetting(setting: string): { key: string; value: string } {
  const at = setting.indexOf("=");
  return at < 0
    ? { key: setting, value: "" }
    : { key: setting.slice(0, at), value: setting.slice(at + 1) };
}

interface Location {
  readonly directory?: string;
  readonly problem?: string;
}

function readLocation(value: string): Location {
  const path = value.replace(/^file:\/\//, "");
  if (path.startsWith("/")) {
    return path.endsWith("/")
      ? { directory: path }
      : { problem: `s= names a directory: ${quote(value)} must end in /` };
  }
  if (/^[a-z]+:\/\//i.test(value)) {
    const [scheme] = value.split(":");
    return {
      problem:
        `a seed over ${scheme} is not fetched: give the files on a volume labelled CIDATA, ` +
        "or as systemd credentials",
    };
  }
  return { problem: "s= wants a directory, such as s=file:///var/seed/" };
}

/** The words of the kernel's command line; quotes keep `;` and spaces together (bootparam(7)). */
export function splitCommandLine(commandLine: string): string[] {
  const words = commandLine.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
  return words.map((word) => word.replaceAll('"', ""));
}
