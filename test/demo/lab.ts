/** `make lab`: the reference pair, running until it is told to stop, or for `--seconds N`. */
import { parseArgs } from "node:util";
import { gatepairBinary } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import { createLab, type Lab } from "../support/lab/lab.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startPair } from "../support/lab/pair.ts";
import { startProber } from "../support/lab/prober.ts";
import { deed, heading, note, say } from "./paint.ts";
import { watchPages } from "./watch-pages.ts";

function enterCommand(host: Host): string {
  return `nsenter --target ${host.initPid} --net --mount --uts --pid`;
}

function explain(lab: Lab): void {
  const binary = gatepairBinary();
  heading(`The lab ${lab.id} runs: two gateways, a client, a switch`);
  for (const host of [lab.gw1, lab.gw2, lab.client] as const) {
    const address = ownAddresses[host.name as keyof typeof ownAddresses];
    deed(host.name, address);
    note(`a shell there:  ${enterCommand(host)} bash`);
    if (host !== lab.client) note(`its status:     ${enterCommand(host)} ${binary} status`);
    else note(`ask the pair:   ${enterCommand(host)} curl http://${virtualAddress}/`);
  }
  deed("switch", "everything on the wire passes here");
  note(`watch VRRP:     ip netns exec ${lab.switch.netns} tcpdump -ni br0 ip proto 112 or arp`);
  deed("try", "what the reference scenario does");
  note(`nginx dies:     ${enterCommand(lab.gw1)} killall -9 nginx`);
  note(`hand over:      ${enterCommand(lab.gw1)} ${binary} failover`);
  note(`link lost:      ip -n ${lab.switch.netns} link set gw1 down    (and up again)`);
  say(
    "\nBelow: what a client is answered, whenever that changes. Ctrl-C ends and removes the lab.\n",
  );
}

const { values } = parseArgs({ options: { seconds: { type: "string" } } });
const lab = await createLab();
await startPair(lab, { version: 3, interval: "1s" });
explain(lab);
watchPages(startProber(lab.client, { every: 50, maxRuntime: 24 * 3_600_000 }));
// The lab is removed whenever this process ends: see createLab.
if (values.seconds !== undefined) setTimeout(() => process.exit(0), Number(values.seconds) * 1000);
