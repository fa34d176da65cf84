import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { stringify } from "yaml";
import { projectDirectory, type Host } from "./host.ts";
import type { CommandResult, RunningProcess } from "./inside.ts";
import { virtualAddress } from "./names.ts";
import { nginxConfigPath } from "./nginx.ts";
import { until } from "./time.ts";

export const configPath = "/etc/gatepair/config.yaml";
export const runtimeDirectory = "/run/gatepair";

/** What differs between the gatepair configurations of the lab; the rest is the reference scenario. */
export interface GatepairOptions {
  readonly version: 2 | 3;
  readonly priority: number;
  /** As written in the configuration, such as `1s` or `100ms`. */
  readonly interval: string;
  readonly preempt?: boolean;
  readonly interface?: string;
  /** Key of simple authentication, version 2 only. */
  readonly key?: string;
  readonly runOn?: "always" | "active";
  readonly onExit?: "restart" | "failover";
  /** What an nginx that is not kept up does to the Virtual Router; `fault` unless told. */
  readonly nginxFailure?: { readonly on_failure: "fault" } | { readonly lower_priority: number };
  /** Further parts of the document, as they are written there. */
  readonly notifications?: Readonly<Record<string, unknown>>;
  readonly nginx?: Readonly<Record<string, unknown>>;
  readonly track?: Readonly<Record<string, unknown>>;
  /** Further keys of the virtual router. */
  readonly router?: Readonly<Record<string, unknown>>;
  /** Further sections, or others in the place of those that are written. */
  readonly document?: Readonly<Record<string, unknown>>;
  readonly checks?: readonly Readonly<Record<string, unknown>>[];
}

/** The executable under test: `build/gatepair`, or what GATEPAIR names. */
export function gatepairBinary(): string {
  const path = resolve(projectDirectory, process.env["GATEPAIR"] ?? "build/gatepair");
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`make build\` first`);
  return path;
}

export function gatepairConfig(host: Host, options: GatepairOptions): string {
  const { key, notifications } = options;
  const router = {
    name: "web",
    vrid: 51,
    interface: options.interface ?? "eth0",
    vrrp_version: options.version,
    priority: options.priority,
    advertisement_interval: options.interval,
    preempt: options.preempt ?? true,
    addresses: [virtualAddress],
    accept: true,
    ...(key === undefined ? {} : { authentication: { type: "simple", key } }),
    track: { nginx: options.nginxFailure ?? { on_failure: "fault" }, ...options.track },
    ...options.router,
  };
  return stringify({
    version: 1,
    router_id: host.name,
    virtual_routers: [router],
    nginx: {
      config: nginxConfigPath,
      run_on: options.runOn ?? "always",
      on_exit: options.onExit ?? "restart",
      ...options.nginx,
    },
    ...(notifications === undefined ? {} : { notifications }),
    checks: options.checks ?? [],
    ...options.document,
  });
}

/** What the lab reads of `gatepair status --json`; there is more in it. */
export interface GatepairStatus {
  readonly schema_version: number;
  readonly virtual_routers: readonly {
    readonly name: string;
    readonly role: string;
    readonly why: string;
    readonly priority: number;
  }[];
  readonly checks: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly why: string | null;
  }[];
  readonly conditions: readonly { readonly code: string; readonly text: string }[];
}

/** The daemon on a host, and its command line there. */
export class Gatepair {
  readonly host: Host;
  readonly process: RunningProcess;

  constructor(host: Host, process: RunningProcess) {
    this.host = host;
    this.process = process;
  }

  command(...args: string[]): Promise<CommandResult> {
    return gatepairCommand(this.host, ...args);
  }

  async status(): Promise<GatepairStatus> {
    const status = await this.#statusIfUp();
    if (status === undefined)
      throw new Error(`no status on ${this.host.name}: ${this.process.log()}`);
    return status;
  }

  /** Waits until `gatepair status` shows a condition of this code, and returns its text. */
  waitForCondition(code: string, limit: number): Promise<string> {
    const what = `condition ${code} on ${this.host.name}`;
    return until({ what, limit, every: 100 }, async () => {
      const status = await this.#statusIfUp();
      return status?.conditions.find((condition) => condition.code === code)?.text;
    });
  }

  async #statusIfUp(): Promise<GatepairStatus | undefined> {
    const result = await this.command("status", "--json");
    return result.code === 0 ? (JSON.parse(result.stdout) as GatepairStatus) : undefined;
  }

  /** The reason of the last transition, in the words of `gatepair status`. */
  async why(): Promise<string> {
    return (await this.status()).virtual_routers[0]?.why ?? "no virtual router in the status";
  }

  /** Waits until the daemon answers on its control socket. */
  async waitUntilUp(limit = 15_000): Promise<void> {
    const what = `gatepair status on ${this.host.name}`;
    await until({ what, limit }, async () => (await this.#statusIfUp()) !== undefined);
  }

  async waitForRole(role: string, limit: number): Promise<void> {
    const what = `${this.host.name} in the role ${role}`;
    await until({ what, limit, every: 100 }, async () => {
      const status = await this.#statusIfUp();
      return status?.virtual_routers[0]?.role === role;
    });
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}

/** Runs one command of the executable on a host. */
export function gatepairCommand(host: Host, ...args: string[]): Promise<CommandResult> {
  return host.run([gatepairBinary(), ...args, "--runtime-dir", runtimeDirectory]);
}

/** The arguments of the daemon. */
export function daemonCommand(): string[] {
  const binary = gatepairBinary();
  return [binary, "run", "--config", configPath, "--runtime-dir", runtimeDirectory];
}

/** Writes the configuration and starts the daemon; does not wait for a role. */
export async function startGatepair(host: Host, options: GatepairOptions): Promise<Gatepair> {
  host.writeFile(configPath, gatepairConfig(host, options), 0o600);
  return new Gatepair(host, await host.start(daemonCommand(), "gatepair"));
}
