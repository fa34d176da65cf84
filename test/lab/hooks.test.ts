import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { labFor } from "../support/lab/fixture.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { until } from "../support/lab/time.ts";
import { electionLimit, fastTimers, page1, page2 } from "./expectations.ts";

const logPath = "/tmp/roles";

/** Writes the role that was taken, and from which, into a file of the host. */
const tell = ["/bin/sh", "-c", `echo "$GATEPAIR_FROM $GATEPAIR_TO $GATEPAIR_ROUTER" >>${logPath}`];

describe("the hooks of a daemon", () => {
  test("tell each role that is taken, in order", async (t) => {
    const { lab, prober } = await labFor(t);
    const notifications = { hooks: { active: tell, backup: tell, fault: tell } };
    const pair = await startPair(lab, { ...fastTimers, notifications });
    await prober.waitFor(page1, electionLimit);
    const failover = await pair.gw1.command("failover");
    assert.equal(failover.code, 0, failover.stderr);
    await prober.waitFor(page2, electionLimit);

    const roles = "initialize backup web\nbackup active web\nactive backup web\n";
    await until({ what: "three hooks on gw1", limit: electionLimit }, async () => {
      return (await lab.gw1.run(["cat", logPath])).stdout === roles;
    });
  });

  test("that hang are killed, and those that wait run then", async (t) => {
    const { lab, prober } = await labFor(t);
    // A program of its own: a good end of the other would end the condition.
    const hang = "/etc/gatepair/hang";
    lab.gw1.writeFile(hang, "#!/bin/sh\ntrap '' TERM\nsleep 60 &\nwait; wait\n", 0o755);
    const notifications = { hook_timeout: "1s", hooks: { backup: [hang], active: tell } };
    const gateway = await startGateway(lab, "gw1", { ...fastTimers, notifications });
    await prober.waitFor(page1, electionLimit);
    const text = await gateway.waitForCondition("hook-failed", electionLimit);
    assert.match(text, /^the hook \/etc\/gatepair\/hang failed: it was killed after/);
    await until({ what: "the hook of the role", limit: electionLimit }, async () => {
      return (await lab.gw1.run(["cat", logPath])).stdout === "backup active web\n";
    });
    assert.equal((await lab.gw1.pidsOf("sleep")).length, 1, "init of the host alone");
  });
});
