import type { ControlHandler } from "#control/server.ts";
import type { CommandResult } from "#engine/commands.ts";
import type { Engine } from "#engine/engine.ts";
import { type DaemonFacts, takeSnapshot } from "#engine/snapshot.ts";
import type { Mailer } from "#mail/mailer.ts";

/** Answers the operators of this host. */
export function createControlHandler(
  engine: Engine,
  mailer: Mailer,
  facts: DaemonFacts,
): ControlHandler {
  return async (command) => {
    switch (command.name) {
      case "status":
        return { ok: true, message: "", data: takeSnapshot(engine, facts) };
      case "mail-test":
        return testMail(engine, mailer);
      case "failover": {
        const { router, cancel } = command;
        return execute(engine, {
          name: "failover",
          cancel,
          ...(router !== undefined && { router }),
        });
      }
      case "nginx":
      case "check-run":
      case "journal-export":
        return execute(engine, command);
    }
  };
}

function execute(engine: Engine, command: Parameters<typeof engine.execute>[0]) {
  return new Promise<CommandResult>((resolve) => {
    engine.execute(command, resolve);
  });
}

async function testMail({ settings, ports }: Engine, mailer: Mailer) {
  const { routerId } = settings.notifications;
  const result = await mailer.test({
    at: ports.wallClock.timestamp(),
    subject: `[gatepair ${routerId}] test mail`,
    text: `This is the test mail that an operator of ${routerId} asked for.\n`,
  });
  const { ok, message, seconds, answers } = result;
  const lines = [`${message} (${seconds.toFixed(2)} s)`, ...answers.map((line) => `  ${line}`)];
  return { ok, message: lines.join("\n") };
}
