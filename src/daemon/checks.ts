import type { LookupFunction } from "node:net";
import { milliseconds } from "#base/time.ts";
import type { Engine } from "#engine/engine.ts";
import type { CheckOutcome } from "#engine/inputs.ts";
import type { CheckPort, FilePort } from "#engine/ports.ts";
import type { CheckSettings } from "#engine/settings.ts";
import type { ScriptThread } from "#linux/programs/script-thread.ts";
import { readTrackedFile } from "#linux/tracked-files.ts";
import { probeHttp } from "#probe/http.ts";
import type { ProbeOptions } from "#probe/probe-options.ts";
import { probeTcp } from "#probe/tcp.ts";
import { createScriptThread } from "./script-thread.ts";

/** At the end, to kill the scripts that run. */
const closeDeadline = milliseconds(500);

/** Checks as the engine wants them: what became of a run is an input. */
export function createCheckPort(
  post: Engine["post"],
  lookup: LookupFunction,
): CheckPort & { close(): Promise<void> } {
  const scripts = createScriptThread();
  const ending = new AbortController();
  return {
    run: (check, run) =>
      void runOnce(check, scripts, { signal: ending.signal, lookup }).then((outcome) =>
        post({ type: "check-ended", check: check.name, run, outcome }),
      ),
    close() {
      ending.abort();
      return scripts.close(closeDeadline);
    },
  };
}

async function runOnce(
  { name, timeout, probe }: CheckSettings,
  scripts: ScriptThread,
  options: ProbeOptions,
): Promise<CheckOutcome> {
  switch (probe.type) {
    case "script":
      return scripts.runCheck({ name, timeout, command: probe.command, user: probe.user });
    case "tcp": {
      const result = await probeTcp({ ...probe, timeout }, options);
      return toOutcome(result, result.ok ? "connected" : result.error);
    }
    case "http": {
      const result = await probeHttp({ ...probe, timeout }, options);
      return toOutcome(result, result.ok ? `status ${result.status}` : result.error);
    }
  }
}

function toOutcome(
  { ok, seconds }: { ok: boolean; seconds: number },
  detail: string,
): CheckOutcome {
  return { ok, detail, seconds, output: "" };
}

export function createFilePort(post: Engine["post"]): FilePort {
  return {
    read: (path) =>
      void readTrackedFile(path).then((finding) => post({ type: "file-found", path, finding })),
  };
}
