import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Captured, startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import {
  configPath,
  daemonCommand,
  Gatepair,
  gatepairCommand,
  gatepairConfig,
} from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import { ownAddresses } from "../support/lab/names.ts";
import { installNginx, nginxConfig, startNginx } from "../support/lab/nginx.ts";
import { nginxConfigPath } from "../support/lab/nginx.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { sleep, until } from "../support/lab/time.ts";
import {
  electionLimit,
  fastInterval,
  fastTimers,
  page1,
  page2,
  waitUntilHeldOnlyBy,
} from "./expectations.ts";

const scriptPath = "/etc/gatepair/check";
const quick = { interval: "1s", timeout: "900ms", fall: 2, rise: 2 } as const;
const script = { name: "backend", script: { command: [scriptPath] } } as const;
const scriptCheck = { ...script, ...quick } as const;
/** For one run that has to go well, however busy the machine is. */
const patientCheck = { ...script, interval: "10s", timeout: "5s" } as const;
const tracked = { checks: [{ name: "backend", on_failure: "fault" }] } as const;

function writeScript(host: Host, lines: string): void {
  host.writeFile(scriptPath, `#!/bin/sh\n${lines}\n`, 0o755);
}

/** The priorities that a host advertised, a run of equal ones once. */
function prioritiesOf({ advertisements }: Captured, source: string): number[] {
  return advertisements
    .filter((one) => one.source === source)
    .map(({ priority }) => priority)
    .filter((priority, index, all) => priority !== all[index - 1]);
}

/** Waits until the host's own adverts have this priority, on the wire. */
async function waitForPriority(gateway: Gatepair, priority: number): Promise<void> {
  const what = `priority ${priority} on ${gateway.host.name}`;
  await until({ what, limit: electionLimit, every: 100 }, async () => {
    const [router] = (await gateway.status()).virtual_routers;
    return router?.priority === priority;
  });
  await sleep(2 * fastInterval); // for an Advertisement with it to be sent
}

describe("a script that is tracked", () => {
  test("and fails hands over with priority 0, and its words are the reason", async (t) => {
    const { lab, prober } = await labFor(t);
    for (const host of [lab.gw1, lab.gw2]) {
      writeScript(host, '[ ! -e /etc/gatepair/broken ] || { echo "backend is away"; exit 7; }');
    }
    const pair = await startPair(lab, { ...fastTimers, checks: [scriptCheck], track: tracked });
    await prober.waitFor(page1, electionLimit);
    const capture = await startCapture(lab.switch);

    lab.gw1.writeFile("/etc/gatepair/broken", "");
    await prober.waitFor(page2, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw2);
    const reason = "check backend failed: exit code 7; it said: backend is away";
    assert.equal(await pair.gw1.why(), reason);
    assert.equal(await pair.gw1.waitForCondition("check-failed", electionLimit), reason);

    const captured = await capture.finish();
    const { advertisements } = captured;
    assert.equal(prioritiesOf(captured, ownAddresses.gw1).at(-1), 0);
    const lastWord = advertisements.find(({ priority }) => priority === 0);
    const taken = advertisements.find(({ source }) => source === ownAddresses.gw2);
    assert.ok(lastWord !== undefined && taken !== undefined);
    // Skew_Time is 0.31 s here; without priority 0 it would be the Active_Down_Interval, 1.81 s.
    const wait = taken.at - lastWord.at;
    assert.ok(wait < 3 * fastInterval, `taken over after ${wait} ms`);

    await lab.gw1.must(["rm", "/etc/gatepair/broken"]);
    await prober.waitFor(page1, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
    const codes = (await pair.gw1.status()).conditions.map(({ code }) => code);
    assert.ok(!codes.includes("check-failed"), codes.join());
  });

  test("and hangs is killed, counts as failed, and never runs twice at once", async (t) => {
    const { lab, prober } = await labFor(t);
    // The lock is that of the whole process group: it is free when nobody of it is left.
    const hang =
      "exec 9>/tmp/lock; flock -n 9 || echo overlap >>/tmp/overlap; echo run >>/tmp/runs";
    writeScript(lab.gw1, `${hang}; [ ! -e /etc/gatepair/broken ] || { sleep 60 & wait; wait; }`);
    writeScript(lab.gw2, "exit 0");
    const hasty = { ...scriptCheck, interval: "300ms", timeout: "200ms" };
    const pair = await startPair(lab, { ...fastTimers, checks: [hasty], track: tracked });
    await prober.waitFor(page1, electionLimit);

    lab.gw1.writeFile("/etc/gatepair/broken", "");
    await prober.waitFor(page2, electionLimit);
    assert.match(await pair.gw1.why(), /^check backend failed: it was killed after 0\.\d s$/);
    const runs = () => lab.gw1.readFile("/tmp/runs").split("\n").length;
    const before = runs();
    await until({ what: "ten more runs", limit: 30_000 }, () => runs() >= before + 10);
    assert.equal((await lab.gw1.run(["test", "-e", "/tmp/overlap"])).code, 1, "two at once");
    assert.ok((await lab.gw1.pidsOf("sleep")).length <= 2, "init of the host, and one check");

    await lab.gw1.must(["rm", "/etc/gatepair/broken"]);
    await prober.waitFor(page1, electionLimit);
    await until({ what: "no process of the check", limit: electionLimit }, async () => {
      return (await lab.gw1.pidsOf("sleep")).length === 1;
    });
  });

  test("ends with the daemon", async (t) => {
    const { lab } = await labFor(t);
    writeScript(lab.gw1, "trap '' TERM; echo run >>/tmp/runs; sleep 60 & wait; wait");
    const slow = { ...scriptCheck, interval: "1h", timeout: "1m" };
    const gateway = await startGateway(lab, "gw1", {
      ...fastTimers,
      checks: [slow],
      track: tracked,
    });
    await until({ what: "the script runs", limit: electionLimit }, async () => {
      return (await lab.gw1.pidsOf("sleep")).length === 2;
    });
    await gateway.stop();
    assert.equal(await gateway.process.exited, 0);
    assert.equal((await lab.gw1.pidsOf("sleep")).length, 1, "init of the host alone");
  });

  test("inherits no real-time scheduling and no descriptor of a real-time daemon", async (t) => {
    const { lab, prober } = await labFor(t);
    installNginx(lab.gw1);
    writeScript(lab.gw1, "cut -d' ' -f41 /proc/self/stat; id -un; ls -l /proc/self/fd | wc -l");
    const options = { ...fastTimers, priority: 100, checks: [patientCheck], track: tracked };
    lab.gw1.writeFile(configPath, gatepairConfig(lab.gw1, options), 0o600);
    const realTime = ["chrt", "--rr", "10", ...daemonCommand()];
    const daemon = new Gatepair(lab.gw1, await lab.gw1.start(realTime, "gatepair"));
    await prober.waitFor(page1, electionLimit);
    const policy = await lab.gw1.must([
      "cut",
      "-d ",
      "-f41",
      `/proc/${daemon.process.innerPid}/stat`,
    ]);
    assert.equal(policy.trim(), "2", "the daemon runs with SCHED_RR (sched(7))");

    const { stdout, code } = await daemon.command("check-run", "backend", "--json");
    assert.equal(code, 0, stdout);
    const { output } = JSON.parse(stdout) as { output: string };
    // Of the descriptors 0 to 2 are the script's own, 3 is the directory, and one line is a sum.
    assert.deepEqual(output.split("\n"), ["0", "nobody", "5"]);
  });
});

describe("gatepair check-run", () => {
  test("shows exit code, time and output, and ends with 0 or 1 as the check did", async (t) => {
    const { lab } = await labFor(t);
    const good = { ...patientCheck, name: "good", script: { command: ["/bin/echo", "fine"] } };
    writeScript(lab.gw1, "echo first; printf 'sec\\033[2Jond\\n' >&2; exit 3");
    const checks = [patientCheck, good];
    const track = { checks: [{ name: "backend", lower_priority: 1 }, { name: "good" }] };
    const gateway = await startGateway(lab, "gw1", { ...fastTimers, checks, track });
    await gateway.waitUntilUp();

    const fine = await gateway.command("check-run", "good");
    assert.equal(fine.code, 0);
    assert.match(fine.stdout, /^check good: passed in \d\.\d{3} s: exit code 0\n {2}fine\n$/);
    const bad = await gateway.command("check-run", "backend");
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /^check backend: failed in \d\.\d{3} s: exit code 3; it said: sec/);
    assert.match(bad.stdout, /\n {2}first\n {2}sec \[2Jond\n$/);
    const absent = await gateway.command("check-run", "god");
    assert.equal(absent.code, 1);
    assert.equal(absent.stderr, "gatepair: there is no check god; there are: backend, good\n");
    assert.equal((await gatepairCommand(lab.gw2, "check-run", "good")).code, 4, "no daemon there");
  });
});

describe("TCP and HTTP checks", () => {
  test("of a real server lower the priority on the wire, each by its own", async (t) => {
    const { lab, prober } = await labFor(t);
    installNginx(lab.client);
    await startNginx(lab.client);
    const server = ownAddresses.client;
    const checks = [
      { name: "http", http: { url: `http://${server}/` }, ...quick },
      { name: "tcp", tcp: { address: server, port: 80 }, ...quick },
    ];
    const weights = [
      { name: "http", lower_priority: 5 },
      { name: "tcp", lower_priority: 7 },
    ];
    const options = { ...fastTimers, checks, track: { checks: weights } };
    const gateway = await startGateway(lab, "gw1", options);
    await prober.waitFor(page1, electionLimit);
    const capture = await startCapture(lab.switch);
    await waitForPriority(gateway, 100);

    lab.client.writeFile(nginxConfigPath, nginxConfig("").replace("return 200", "return 503"));
    await lab.client.must(["nginx", "-s", "reload"]);
    await waitForPriority(gateway, 95);
    assert.equal(
      await gateway.waitForCondition("check-failed", 0),
      "check http failed: status 503",
    );

    await lab.client.must(["nginx", "-s", "stop"]);
    await waitForPriority(gateway, 88);
    const why = (await gateway.status()).checks.map((check) => check.why);
    for (const text of why) assert.match(text ?? "", /ECONNREFUSED 172\.16\.178\.1:80/);

    installNginx(lab.client);
    await startNginx(lab.client);
    await waitForPriority(gateway, 100);
    const captured = await capture.finish();
    const seen = prioritiesOf(captured, ownAddresses.gw1);
    // The two notice the server's end and its return one after the other, in either order.
    assert.equal(seen[0], 100);
    assert.equal(seen[1], 95);
    assert.ok(seen.includes(88), seen.join());
    assert.equal(seen.at(-1), 100);
  });

  test("are not fooled by a connection to themselves", async (t) => {
    const { lab } = await labFor(t);
    // Where nobody listens on the only port that is free, TCP connects a socket to itself.
    await lab.gw1.must(["sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=40000 40000"]);
    const tcp = { address: "127.0.0.1", port: 40_000 };
    // One run only: after the first such connection the port is taken for a while (TIME-WAIT).
    const checks = [{ name: "self", tcp, interval: "5m" }];
    const track = { checks: [{ name: "self", on_failure: "fault" }] };
    const gateway = await startGateway(lab, "gw1", {
      ...fastTimers,
      checks,
      track,
      nginx: { probe: "none" },
    });
    await gateway.waitForRole("fault", electionLimit);
    assert.match(await gateway.why(), /^check self failed: nobody listens there$/);
  });
});

describe("a maintenance file", () => {
  test("with a number moves the role, and without it the role comes back", async (t) => {
    const { lab, prober } = await labFor(t);
    const path = "/etc/gatepair/maintenance";
    const pair = await startPair(lab, { ...fastTimers, track: { files: [{ path }] } });
    await prober.waitFor(page1, electionLimit);
    const capture = await startCapture(lab.switch);

    lab.gw1.writeFile(path, "50\n");
    await prober.waitFor(page2, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw2);
    const text = await pair.gw1.waitForCondition("tracked-file-set", electionLimit);
    assert.equal(text, `the file ${path} holds 50`);

    // What is no number moves nothing: the role stays where it is, and it is said.
    lab.gw1.writeFile(path, "");
    assert.match(
      await pair.gw1.waitForCondition("tracked-file-unusable", electionLimit),
      /it holds no whole number from 0 up; 50 stays in force$/,
    );
    await waitUntilHeldOnlyBy(lab, lab.gw2);

    await lab.gw1.must(["rm", path]);
    await prober.waitFor(page1, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
    const seen = prioritiesOf(await capture.finish(), ownAddresses.gw1);
    assert.deepEqual(seen.slice(seen.indexOf(50)), [50, 100]);
  });
});
