/** `make vm-pair`: two virtual machines, running until they are told to stop, or for `--seconds N`. */
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { projectDirectory } from "../support/lab/host.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startPatientProber } from "../support/vm/fixture.ts";
import { bootLimit } from "../support/vm/vm-machine.ts";
import { deed, heading, note, say } from "./paint.ts";
import { createVmPair, type VmPair } from "./vm-pair.ts";
import { watchBoot } from "./watch-boot.ts";
import { watchPages } from "./watch-pages.ts";

function explain({ lab, gw1, gw2 }: VmPair): void {
  heading(`The lab ${lab.id} runs: two virtual machines, a client, a switch`);
  const below = (path: string): string => relative(projectDirectory, path);
  for (const [machine, address] of [
    [gw1, ownAddresses.gw1],
    [gw2, ownAddresses.gw2],
  ] as const) {
    deed(machine.shortName, address);
    note(`its console:    tail -f ${below(machine.directory)}/serial.log`);
    note(`a root shell:   node image/run/attach.ts ${below(machine.directory)}/shell`);
  }
  deed("client", ownAddresses.client);
  const enter = `nsenter --target ${lab.client.initPid} --net --mount --uts --pid`;
  note(`ask the pair:   ${enter} curl http://${virtualAddress}/`);
  deed("switch", "everything on the wire passes here");
  note(`watch VRRP:     ip netns exec ${lab.switch.netns} tcpdump -ni br0 ip proto 112 or arp`);
  deed("try", "in the shell of a machine");
  note("its status:     gatepair status");
  note("nginx dies:     kill -9 $(pgrep nginx)");
  note("hand over:      gatepair failover");
  say("\nBelow: the boot, then what a client is answered. Ctrl-C ends and removes everything.\n");
}

const { values } = parseArgs({ options: { seconds: { type: "string" } } });
const pair = await createVmPair("lab");
const machines = [pair.gw1, pair.gw2];
for (const machine of machines) machine.start();
explain(pair);
setTimeout(watchBoot(machines), bootLimit).unref();
watchPages(startPatientProber(pair.lab));
// Everything is removed whenever this process ends: see createVmLab.
if (values.seconds !== undefined) setTimeout(() => process.exit(0), Number(values.seconds) * 1000);
