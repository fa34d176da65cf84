import type { TestContext } from "node:test";
import { gatepairBinary } from "./gatepair.ts";
import type { Host } from "./host.ts";
import { createLab, type Lab, type LabOptions } from "./lab.ts";
import { listDirectory } from "./names.ts";
import { startProber, type Prober } from "./prober.ts";
import type { ProberSettings } from "./prober-process.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Fixture {
  readonly lab: Lab;
  /** The client: asks the virtual address all the time. */
  readonly prober: Prober;
}

/** The ends of the logs of a host, for the report of a failed test. */
function describeLogs(host: Host): string {
  const files = listDirectory(host.logs).filter((name) => name.endsWith(".log"));
  const parts = files.map((name) => {
    const lines = readFileSync(join(host.logs, name), "utf8").trimEnd().split("\n").slice(-25);
    return `--- ${host.name}: ${name}\n${lines.join("\n")}`;
  });
  return parts.join("\n");
}

export interface FixtureOptions extends LabOptions {
  readonly prober?: Partial<ProberSettings>;
}

/** A lab for one test, removed when the test ends; a failed test shows the hosts' logs. */
export async function labFor(t: TestContext, options: FixtureOptions = {}): Promise<Fixture> {
  gatepairBinary(); // without the executable the test fails here, and says what to do
  const lab = await createLab(options);
  const prober = startProber(lab.client, options.prober);
  t.after(() => {
    if (!t.passed) t.diagnostic([lab.gw1, lab.gw2].map(describeLogs).join("\n"));
    prober.stop();
    lab.close();
  });
  return { lab, prober };
}
