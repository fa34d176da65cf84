import type { Command, CommandResult, Respond } from "./commands.ts";
import type { Journal } from "./journal/journal.ts";
import type { NginxUnit } from "./tracking/nginx-unit.ts";
import type { RouterUnit } from "./router/router-unit.ts";
import type { Trackers } from "./tracking/trackers.ts";

interface OperatorParts {
  readonly nginx: NginxUnit | undefined;
  readonly trackers: Trackers;
  readonly journal: Journal;
}

/** Does what operators ask for. */
export class Operators {
  readonly #routers: readonly RouterUnit[];
  readonly #nginx: NginxUnit | undefined;
  readonly #trackers: Trackers;
  readonly #journal: Journal;

  constructor(routers: readonly RouterUnit[], { nginx, trackers, journal }: OperatorParts) {
    this.#routers = routers;
    this.#nginx = nginx;
    this.#trackers = trackers;
    this.#journal = journal;
  }

  execute(command: Command, respond: Respond): void {
    if (command.name === "failover") respond(this.#failover(command));
    else if (command.name === "journal-export") this.#journal.export(respond);
    else if (command.name === "check-run") this.#trackers.runCheck(command.check, respond);
    else if (this.#nginx !== undefined) this.#nginx.operate(command.operation, respond);
    else respond({ ok: false, message: "the configuration has no nginx section" });
  }

  #failover(command: Extract<Command, { name: "failover" }>): CommandResult {
    const { router: name, cancel } = command;
    const named = this.#routers.filter(
      (unit) =>
        name === undefined ||
        unit.name === name ||
        unit.members.some((member) => member.name === name),
    );
    if (named.length === 0) return { ok: false, message: `there is no virtual router ${name}` };
    return cancel ? cancelHandOver(named) : handOver(named);
  }
}

function handOver(named: readonly RouterUnit[]): CommandResult {
  const active = named.filter(({ state }) => state.role === "active");
  if (active.some(({ legs }) => legs.some(({ parameters }) => parameters.ownsAddresses))) {
    return { ok: false, message: "priority 255: the addresses are this host's own, and stay" };
  }
  if (active.length === 0) return { ok: false, message: "this host is not Active" };
  for (const router of active) {
    router.post({ type: "yield", text: "the operator asked to hand over" });
  }
  return { ok: true, message: `${listNames(active)}: handed over` };
}

function cancelHandOver(named: readonly RouterUnit[]): CommandResult {
  const yielded = named.filter(({ state }) => state.yielded);
  if (yielded.length === 0) return { ok: false, message: "no hand-over is in force" };
  for (const router of yielded) router.post({ type: "cancel-yield" });
  return { ok: true, message: `${listNames(yielded)}: may preempt again` };
}

function listNames(routers: readonly RouterUnit[]): string {
  return routers.flatMap(({ members }) => members.map(({ name }) => name)).join(", ");
}
