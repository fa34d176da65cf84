import { join } from "node:path";
import { seconds } from "#base/time.ts";
import type { Engine } from "#engine/engine.ts";
import type { LogPort } from "#engine/ports.ts";
import type { EngineSettings } from "#engine/settings.ts";
import { FilterTable, packetFilterFile } from "#linux/packet-filter/table.ts";
import { createScriptThread } from "./script-thread.ts";

/** After the rules could not be installed, the next try. */
const retryInterval = seconds(10);

export interface PacketFilter {
  /** Lets packets through again. */
  close(): Promise<void>;
}

/**
 * Has packets dropped to the addresses that do not accept any (Accept_Mode), before a router takes
 * part. Each outcome is an input of the engine.
 */
export async function openPacketFilter(
  { routers }: EngineSettings,
  runtimeDirectory: string,
  post: Engine["post"],
  log: LogPort,
): Promise<PacketFilter> {
  const refused = routers.flatMap((router) => router.refused);
  const thread = createScriptThread();
  const file = join(runtimeDirectory, packetFilterFile);
  const table = new FilterTable(file, refused, (options) => thread.runProcess(options));
  let retry: NodeJS.Timeout | undefined;
  async function install(): Promise<void> {
    const failure = await table.install();
    log.write(failure === undefined ? "info" : "error", "packet-filter.installed", { failure });
    post({ type: "packet-filter", failure });
    if (failure !== undefined) retry = setTimeout(() => void install(), retryInterval);
  }
  async function close(): Promise<void> {
    clearTimeout(retry);
    const failure = await table.remove();
    if (failure !== undefined) log.write("error", "packet-filter.stale", { failure });
  }
  // What an earlier run left is removed, where nothing is to be dropped any more.
  await (refused.length === 0 ? close() : install());
  return { close };
}
