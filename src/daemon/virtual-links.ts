import type { Engine } from "#engine/engine.ts";
import type { LeaseOutcome, LogPort, NetworkPort, VirtualLinkSpec } from "#engine/ports.ts";
import type { KernelNetwork } from "#linux/netlink/kernel-network.ts";
import { applySysctls, virtualLinkSysctls } from "#linux/sysctl.ts";

type VirtualLinkPort = Pick<NetworkPort, "virtualLink" | "ensureVirtualLink" | "setVirtualLink">;

/** The interfaces with virtual MAC addresses as the engine wants them. */
export function createVirtualLinkPort(
  { virtualLinks }: KernelNetwork,
  post: Engine["post"],
  log: LogPort,
): VirtualLinkPort {
  async function ensure(spec: VirtualLinkSpec): Promise<LeaseOutcome> {
    if (virtualLinks.find(spec) === undefined) {
      const outcome = await virtualLinks.create(spec);
      log.write(outcome.ok ? "info" : "error", "interface.create", { ...spec, ...outcome });
      if (!outcome.ok) return describe(spec, outcome);
    }
    return applySettings(spec, log);
  }

  const later = new OneATime();
  return {
    virtualLink: (spec) => virtualLinks.find(spec),
    ensureVirtualLink: (leg, spec) => {
      later.add(`make ${spec.name}`, () => {
        void ensure(spec).then((outcome) => post({ type: "virtual-link-outcome", leg, outcome }));
      });
    },
    setVirtualLink: (index, up) => {
      const down = `down ${index}`;
      later.cancel(down);
      if (up) void virtualLinks.setState(index, true);
      else later.add(down, () => void virtualLinks.setState(index, false));
    },
  };
}

/**
 * The kernel takes milliseconds to make an interface or to set it down, and a host may have hundreds
 * of them: one in each turn of the event loop, so that the Advertisements of others get through.
 */
class OneATime {
  readonly #tasks = new Map<string, () => void>();
  #scheduled = false;

  /** Bounded by what the configuration names: a task takes the place of one of the same name. */
  add(name: string, task: () => void): void {
    this.#tasks.set(name, task);
    this.#schedule();
  }

  cancel(name: string): void {
    this.#tasks.delete(name);
  }

  #schedule(): void {
    if (this.#scheduled || this.#tasks.size === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const [name, task] of this.#tasks.entries().take(1)) {
        this.#tasks.delete(name);
        task();
      }
      this.#schedule();
    });
  }
}

/** What cannot be set makes the host answer with two MAC addresses: better not to take part. */
async function applySettings(spec: VirtualLinkSpec, log: LogPort): Promise<LeaseOutcome> {
  const outcomes = await applySysctls(virtualLinkSysctls(spec.family, spec.name, spec.parentName));
  for (const outcome of outcomes) {
    if (outcome.type === "changed") log.write("info", "sysctl.changed", { ...outcome });
  }
  const failed = outcomes.find((outcome) => outcome.type === "failed");
  if (failed === undefined) return { ok: true };
  return { ok: false, code: failed.code, message: failed.message };
}

function describe(
  { name, parentName }: VirtualLinkSpec,
  outcome: LeaseOutcome & { readonly ok: false },
): LeaseOutcome {
  const reason =
    outcome.code === "EEXIST" ? "there is another interface of that name" : outcome.message;
  return { ...outcome, message: `${name} cannot be made on ${parentName}: ${reason}` };
}
