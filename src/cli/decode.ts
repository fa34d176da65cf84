import { createReadStream } from "node:fs";
import { exitCodes } from "#base/exit-codes.ts";
import { ByteSource } from "#capture/byte-source.ts";
import { readCapture } from "#capture/capture.ts";
import { judgeFrame, type Receiver } from "#capture/judge-frame.ts";
import { knowsLinkType } from "#capture/link-layer.ts";
import type { Config } from "#config/config.ts";
import { parseConfig } from "#config/parse-config.ts";
import { formatIssue } from "#config/issue.ts";
import type { LegParameters } from "#vrrp/virtual-router.ts";
import { refuseUsage } from "./ask.ts";
import type { Command, CommandOutput } from "./command.ts";
import { readConfigFile } from "./config-file.ts";
import { DecodeSummary, describeFrame, frameToJson } from "./decode-text.ts";
import { writeLines } from "./load-config.ts";
import { readArguments } from "./options.ts";

const usage = `gatepair decode [--json] [--config FILE] CAPTURE
  Says of each VRRP frame in a capture (pcap or pcapng) what this receiver makes of it: accepted,
  with its fields, or which check refuses it. CAPTURE - is the standard input.
  --config  what a host with this configuration makes of it: its VRIDs, versions and keys
  --json    one JSON line a frame`;

const options = { json: { type: "boolean" }, config: { type: "string" } } as const;

/** What the configuration says of where a host listens. */
export type LegsOf = (config: Config) => readonly LegParameters[];

export function createDecode(legsOf: LegsOf): Command {
  return {
    summary: "say what the receiver makes of each frame of a capture",
    usage,
    async run(args, io) {
      const parsed = readArguments(args, options);
      const [file, ...more] = parsed?.positionals ?? [];
      if (parsed === undefined || file === undefined || more.length > 0) {
        return refuseUsage(usage, io);
      }
      const receiver = await readReceiver(parsed.values.config, legsOf, io);
      if (typeof receiver === "number") return receiver;
      try {
        return await decodeFile(file, { receiver, json: parsed.values.json === true }, io);
      } catch (error) {
        io.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
        return exitCodes.failed;
      }
    },
  };
}

/** The receiver of that configuration, or the exit code after its mistakes were printed. */
async function readReceiver(
  file: string | undefined,
  legsOf: LegsOf,
  io: CommandOutput,
): Promise<Receiver | number> {
  if (file === undefined) return "any";
  const reading = await readConfigFile(file);
  if (reading.text === undefined) {
    io.stderr.write(`${file}: ${reading.problem}\n`);
    return exitCodes.failed;
  }
  const { config, issues } = parseConfig(reading.text, file);
  writeLines(io.stderr, issues.map(formatIssue));
  return config === undefined ? exitCodes.configuration : legsOf(config);
}

async function decodeFile(
  file: string,
  { receiver, json }: { readonly receiver: Receiver; readonly json: boolean },
  io: CommandOutput,
): Promise<number> {
  const stream = file === "-" ? process.stdin : createReadStream(file);
  const summary = new DecodeSummary(receiver);
  for await (const item of readCapture(new ByteSource(stream))) {
    if (item.type === "problem") {
      if (!json) io.stdout.write(summary.text());
      io.stderr.write(`${file}: ${item.text}\n`);
      return exitCodes.failed;
    }
    const judged = judgeFrame(item, receiver);
    summary.count(judged, knowsLinkType(item.linkType));
    if (judged === undefined) continue;
    const text = json ? frameToJson(judged, receiver) : describeFrame(judged, receiver);
    io.stdout.write(`${text}\n`);
  }
  if (!json) io.stdout.write(summary.text());
  return exitCodes.ok;
}
