import { fileURLToPath } from "node:url";
import type { Host } from "./host.ts";
import { ownAddresses } from "./names.ts";
import type { PacketBatch } from "./packet-sender.ts";

const program = fileURLToPath(new URL("packet-sender.ts", import.meta.url));

export const vrrpGroup = "224.0.0.18";
export const vrrpProtocol = 112;

/** Sends these payloads as VRRP from the client of the lab, which is no router of the pair. */
export async function sendVrrp(
  client: Host,
  payloads: readonly Uint8Array[],
  changes: Partial<PacketBatch> = {},
): Promise<void> {
  const batch: PacketBatch = {
    source: ownAddresses.client,
    destination: vrrpGroup,
    protocol: vrrpProtocol,
    timeToLive: 255,
    payloads: payloads.map((payload) => Buffer.from(payload).toString("hex")),
    ...changes,
  };
  const path = "/run/packets.json"; // too long for an argument
  client.writeFile(path, JSON.stringify(batch));
  await client.must([process.execPath, program, path]);
}
