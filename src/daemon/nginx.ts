import type { LookupFunction } from "node:net";
import type { Engine } from "#engine/engine.ts";
import type { NginxPort } from "#engine/ports.ts";
import { NginxProcess } from "#linux/nginx-process.ts";
import { watchProcess } from "#linux/pidfd.ts";
import type { NginxSettings } from "#nginx/settings.ts";
import { probeHttp } from "#probe/http.ts";

/** The nginx process as the engine wants it: what comes of an action is an input. */
export async function openNginx(
  settings: NginxSettings,
  runtimeDirectory: string,
  post: Engine["post"],
  lookup: LookupFunction,
): Promise<NginxPort & { close(): Promise<void> }> {
  const nginx = await NginxProcess.open({
    settings,
    runtimeDirectory,
    environment: process.env,
    onEvent: (event) => post({ type: "nginx", event }),
    watchProcess,
    probe: (probe, signal) => probeHttp(probe, { signal, lookup }),
  });
  return {
    perform(action) {
      switch (action.type) {
        case "arm-timer":
        case "cancel-timer":
        case "operator-answer":
        case "stopped":
          return; // the engine's own
        default:
          nginx.perform(action);
      }
    },
    close: () => nginx.close(),
  };
}
