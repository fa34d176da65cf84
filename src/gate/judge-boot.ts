import type { LoadedConfig } from "#cli/load-config.ts";
import { describeLoaded } from "#cli/load-config.ts";
import type { NginxConfig } from "#config/config.ts";

/** What one check found. */
export interface Finding {
  readonly ok: boolean;
  readonly check: "configuration" | "daemon" | "nginx";
  /** One line for people; more of them where several things are wrong. */
  readonly said: readonly string[];
}

/** What the gate needs of the box. */
export interface Box {
  readonly configFile: string;
  readonly hasConfig: boolean;
  loadConfig(): Promise<LoadedConfig>;
  /** Nothing as soon as the daemon answers; why not, when it did not in time. */
  waitForDaemon(): Promise<string | undefined>;
  testNginx(nginx: NginxConfig): Promise<{ readonly ok: boolean; readonly output: string }>;
}

/**
 * Whether this version can do on this box what the box is configured for. Never the cable, the
 * time, DNS or the peer: nothing that another version would not mend. A box without a
 * configuration is sound, it waits for one; and so is an nginx that somebody stopped.
 */
export async function judgeBoot(box: Box): Promise<readonly Finding[]> {
  if (!box.hasConfig) return [pass("configuration", "there is none yet, the box waits for it")];
  const loaded = await box.loadConfig();
  if (loaded.type !== "usable") {
    return [{ ok: false, check: "configuration", said: describeLoaded(box.configFile, loaded) }];
  }
  return [
    pass("configuration", `this version reads ${box.configFile}`),
    await checkDaemon(box),
    await checkNginx(box, loaded.config.nginx),
  ];
}

export function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ ok }) => ok);
}

export function formatFinding({ check, ok, said }: Finding): string[] {
  return said.map((line) => `${check}: ${ok ? "ok" : "failed"}: ${line}`);
}

async function checkDaemon(box: Box): Promise<Finding> {
  const problem = await box.waitForDaemon();
  return problem === undefined ? pass("daemon", "it answers") : fail("daemon", [problem]);
}

/** nginx looks up the names of its upstreams when it reads its configuration: `nginx -t` too. */
const needsDns = /host not found in (upstream|resolver)|could not be resolved/;

async function checkNginx(box: Box, nginx: NginxConfig | undefined): Promise<Finding> {
  if (nginx === undefined) return pass("nginx", "not run by gatepair");
  const { ok, output } = await box.testNginx(nginx);
  if (ok) return pass("nginx", `the test of ${nginx.config} passed`);
  if (needsDns.test(output)) {
    return pass("nginx", `${nginx.config} names a host that DNS does not know now`);
  }
  const lines = output.split("\n").filter((line) => line !== "");
  return fail("nginx", lines.length === 0 ? [`the test of ${nginx.config} failed`] : lines);
}

function pass(check: Finding["check"], line: string): Finding {
  return { ok: true, check, said: [line] };
}

function fail(check: Finding["check"], said: readonly string[]): Finding {
  return { ok: false, check, said };
}
