import { join } from "node:path";
import { seconds } from "#base/time.ts";
import type { Engine } from "#engine/engine.ts";
import type { LogPort } from "#engine/ports.ts";
import type { EngineSettings } from "#engine/settings.ts";
import { RulesetWatch } from "#linux/packet-filter/ruleset-watch.ts";
import { FilterTable, packetFilterFile } from "#linux/packet-filter/table.ts";
import { FilterKeeper } from "./filter-keeper.ts";
import { createScriptThread } from "./script-thread.ts";

/** Rules change seldom; where they always do, the thread stays. */
const idleLimit = seconds(2);

export interface PacketFilter {
  /** Lets packets through again. */
  close(): Promise<void>;
}

/**
 * Has packets dropped to the addresses that do not accept any (Accept_Mode), before a router takes
 * part, and for as long as one does. Each outcome is an input of the engine.
 */
export async function openPacketFilter(
  { routers }: EngineSettings,
  runtimeDirectory: string,
  post: Engine["post"],
  log: LogPort,
): Promise<PacketFilter> {
  const refused = routers.flatMap((router) => router.refused);
  const thread = createScriptThread(idleLimit);
  const file = join(runtimeDirectory, packetFilterFile);
  const table = new FilterTable(file, refused, (options) => thread.runProcess(options));
  const keeper = new FilterKeeper({
    table,
    watch: new RulesetWatch(),
    report: (outcome) => {
      const level = outcome.failure === undefined ? "info" : "error";
      log.write(level, "packet-filter.installed", outcome);
      post({ type: "packet-filter", ...outcome });
    },
  });
  async function close(): Promise<void> {
    const failure = await keeper.close();
    if (failure !== undefined) log.write("error", "packet-filter.stale", { failure });
  }
  // What an earlier run left is removed, where nothing is to be dropped any more.
  await (refused.length === 0 ? close() : keeper.open());
  return { close };
}
