import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { labFor } from "../support/lab/fixture.ts";
import type { Lab } from "../support/lab/lab.ts";
import { ownAddresses } from "../support/lab/names.ts";
import { startGateway, startPair, type PairOptions } from "../support/lab/pair.ts";
import { until } from "../support/lab/time.ts";
import { startSmtpServer, type SmtpServer } from "../support/smtp-server.ts";
import { electionLimit, fastTimers, page1, page2 } from "./expectations.ts";

const auth = { username: "gatepair", password: "a secret of the lab" };
const port = 587;
const caFile = "/etc/gatepair/mail-ca.pem";

/** More than the first pause between two attempts, with room for a busy machine. */
const deliveryLimit = 30_000;

/** The mail server runs beside the client, with STARTTLS and a login. */
async function startMailServer(lab: Lab): Promise<SmtpServer> {
  const directory = join(lab.directory, "mail");
  mkdirSync(directory, { recursive: true });
  const address = ownAddresses.client;
  const namespace = lab.client.netns;
  const server = await startSmtpServer({
    directory,
    port,
    tls: "starttls",
    auth,
    address,
    namespace,
  });
  for (const host of [lab.gw1, lab.gw2]) {
    host.writeFile(caFile, readFileSync(server.caFile, "utf8"));
  }
  return server;
}

const options: PairOptions = {
  ...fastTimers,
  onExit: "failover",
  notifications: {
    smtp: {
      server: ownAddresses.client,
      port,
      tls: "starttls",
      ca_file: caFile,
      ...auth,
      from: "gw@example.net",
      to: ["root@localhost"],
    },
  },
};

function waitForMail(
  server: SmtpServer,
  pattern: RegExp,
  isMeant: (mail: string) => boolean = () => true,
): Promise<string> {
  return until({ what: `a mail like ${pattern}`, limit: deliveryLimit, every: 200 }, async () =>
    (await server.mails()).find((mail) => pattern.test(mail) && isMeant(mail)),
  );
}

/** The Date of a mail is that of its event, in whole seconds. */
function dateOf(mail: string): number {
  return Date.parse(/^Date: (.*)$/im.exec(mail)?.[1] ?? "");
}

describe("mail of a failover", () => {
  test("arrives from both hosts, with STARTTLS and login", async (t) => {
    const { lab, prober } = await labFor(t);
    const server = await startMailServer(lab);
    t.after(() => server.stop());
    await startPair(lab, options);
    await prober.waitFor(page1, electionLimit);
    await lab.gw1.killAll("nginx");
    await prober.waitFor(page2, electionLimit);

    await waitForMail(server, /^Subject: .*gw1.*web.*fault/im);
    const mail = await waitForMail(server, /^Subject: .*gw2.*web.*active/im);
    assert.ok(!mail.includes(auth.password));
  });

  test("arrives after the server comes back, also when the daemon was restarted", async (t) => {
    const { lab, prober } = await labFor(t);
    const first = await startMailServer(lab);
    await first.stop();
    const gateway = await startGateway(lab, "gw1", options);
    await prober.waitFor(page1, electionLimit);
    await gateway.waitForCondition("mail-undeliverable", deliveryLimit);
    const began = Date.now();
    gateway.process.kill("SIGKILL");
    await gateway.process.exited;
    await startGateway(lab, "gw1", options);

    const server = await startMailServer(lab);
    t.after(() => server.stop());
    const ofFirstRun = (mail: string) => dateOf(mail) <= began;
    await waitForMail(server, /^Subject: .*gw1.*web.*active/im, ofFirstRun);
  });
});
