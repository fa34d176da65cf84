import { createReadStream } from "node:fs";
import { exitCodes } from "#base/exit-codes.ts";
import { ByteSource } from "#capture/byte-source.ts";
import { readCapture } from "#capture/capture.ts";
import { judgeFrame } from "#capture/judge-frame.ts";
import { knowsLinkType } from "#capture/link-layer.ts";
import { refuseUsage } from "./ask.ts";
import type { Command, CommandOutput } from "./command.ts";
import { DecodeSummary, describeFrame, frameToJson } from "./decode-text.ts";
import { readArguments } from "./options.ts";

const usage = `gatepair decode [--json] FILE
  Says of each VRRP frame in a capture (pcap or pcapng) what this receiver makes of it: accepted,
  with its fields, or which check refuses it. FILE - is the standard input.
  --json   one JSON line a frame`;

export const decode: Command = {
  summary: "say what the receiver makes of each frame of a capture",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, { json: { type: "boolean" } });
    const [file, ...more] = parsed?.positionals ?? [];
    if (parsed === undefined || file === undefined || more.length > 0)
      return refuseUsage(usage, io);
    try {
      return await decodeFile(file, parsed.values.json === true, io);
    } catch (error) {
      io.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
      return exitCodes.failed;
    }
  },
};

async function decodeFile(file: string, json: boolean, io: CommandOutput): Promise<number> {
  const stream = file === "-" ? process.stdin : createReadStream(file);
  const summary = new DecodeSummary();
  for await (const item of readCapture(new ByteSource(stream))) {
    if (item.type === "problem") {
      if (!json) io.stdout.write(summary.text());
      io.stderr.write(`${file}: ${item.text}\n`);
      return exitCodes.failed;
    }
    const judged = judgeFrame(item, "any");
    summary.count(judged, knowsLinkType(item.linkType));
    if (judged === undefined) continue;
    io.stdout.write(`${json ? frameToJson(judged) : describeFrame(judged)}\n`);
  }
  if (!json) io.stdout.write(summary.text());
  return exitCodes.ok;
}
