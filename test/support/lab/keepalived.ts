import type { Host } from "./host.ts";
import type { RunningProcess } from "./inside.ts";
import { virtualAddress } from "./names.ts";

/** What differs between the keepalived configurations of the lab; the rest is the reference scenario. */
export interface KeepalivedOptions {
  readonly version: 2 | 3;
  readonly priority: number;
  /** Advertisement interval in milliseconds; whole seconds in version 2. */
  readonly interval: number;
  readonly state?: "MASTER" | "BACKUP";
  /** Password of simple authentication, version 2 only. */
  readonly password?: string;
  /** Weight of the check `pidof nginx` each second; without it nginx is not watched. */
  readonly nginxWeight?: number;
  readonly preempt?: boolean;
  /** SCHED_RR, 1 to 99; without it, as any process. */
  readonly realTimePriority?: number;
  /** In place of the virtual address of the scenario; of IPv6 the link-local one first. */
  readonly addresses?: readonly string[];
  /** Speaks to this peer alone; without it, to the group. */
  readonly unicast?: { readonly source: string; readonly peer: string };
  readonly virtualMac?: boolean;
  /** The checksum of version 3 over IPv4 as in RFC 9568; version 2.2.7 does not know the keyword. */
  readonly messageOnlyChecksum?: boolean;
}

const configPath = "/etc/keepalived/keepalived.conf";
const checkPath = "/etc/keepalived/check-nginx";

/** keepalived follows the link /usr/bin/pidof to killall5 and runs that: hence a script around it. */
const checkScript = "#!/bin/sh\nexec pidof nginx >/dev/null\n";

function trackedScript(weight: number): string {
  return `vrrp_script chk_nginx {
  script "${checkPath}"
  interval 1
  weight ${weight}
}
`;
}

function authentication(password: string): string {
  return `  authentication {
    auth_type PASS
    auth_pass ${password}
  }
`;
}

function unicastParts(unicast: KeepalivedOptions["unicast"]): string {
  if (unicast === undefined) return "";
  // To a peer of IPv6 keepalived sends with the Hop Limit 64 unless it is told; of IPv4 with 255.
  const hopLimit = unicast.peer.includes(":") ? "  unicast_ttl 255\n" : "";
  return `  unicast_src_ip ${unicast.source}
${hopLimit}  unicast_peer {
    ${unicast.peer}
  }
`;
}

/** Microseconds without a pause; with keepalived's own limit of 10 ms a busy machine ends it. */
const realTimeLimit = 10_000_000;

/** For global_defs: SCHED_RR of this priority. */
export function realTime(priority: number | undefined): string {
  if (priority === undefined) return "";
  return `  vrrp_rt_priority ${priority}\n  vrrp_rlimit_rttime ${realTimeLimit}\n`;
}

export function keepalivedConfig(options: KeepalivedOptions): string {
  const { password, nginxWeight } = options;
  return `global_defs {
  router_id LVS_DEVEL
  script_user root
  enable_script_security
${realTime(options.realTimePriority)}}
${nginxWeight === undefined ? "" : trackedScript(nginxWeight)}vrrp_instance VI_1 {
  version ${options.version}
  state ${options.state ?? "BACKUP"}
  interface eth0
  virtual_router_id 51
  priority ${options.priority}
  advert_int ${options.interval / 1000}
${options.virtualMac === true ? "  use_vmac\n" : ""}\
${options.messageOnlyChecksum === true ? "  v3_checksum_as_v2\n" : ""}\
${options.preempt === false ? "  nopreempt\n" : ""}${password === undefined ? "" : authentication(password)}\
${nginxWeight === undefined ? "" : "  track_script {\n    chk_nginx\n  }\n"}\
${unicastParts(options.unicast)}  virtual_ipaddress {
    ${(options.addresses ?? [virtualAddress]).join("\n    ")}
  }
}
`;
}

export function startKeepalived(host: Host, options: KeepalivedOptions): Promise<RunningProcess> {
  return runKeepalived(host, keepalivedConfig(options));
}

/** `flags` beside those that the lab needs. */
export function runKeepalived(
  host: Host,
  config: string,
  flags: readonly string[] = ["--log-detail"],
): Promise<RunningProcess> {
  host.writeFile(configPath, config);
  host.writeFile(checkPath, checkScript, 0o755);
  const pidFiles = ["--pid=/run/keepalived.pid", "--vrrp_pid=/run/keepalived-vrrp.pid"];
  const argv = ["keepalived", "--dont-fork", "--log-console", "--vrrp", ...flags];
  return host.start([...argv, `--use-file=${configPath}`, ...pidFiles], "keepalived");
}
