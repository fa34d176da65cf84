import type { Host } from "./host.ts";
import { until } from "./time.ts";

/** The pages of the reference scenario: each says which host it comes from. */
export const pages: Readonly<Record<string, string>> = { gw1: "from IP1", gw2: "from IP2" };

export const nginxConfigPath = "/etc/nginx/nginx.conf";

export function nginxConfig(page: string, listen: readonly string[] = ["80"]): string {
  return `worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
events { worker_connections 512; }
http {
  access_log off;
  server {
    ${listen.map((each) => `listen ${each};`).join(" ")}
    location / { default_type text/plain; return 200 "${page}\\n"; }
  }
}
`;
}

/** Writes the host's page as /etc/nginx/nginx.conf, where `nginx` and gatepair look for it. */
export function installNginx(host: Host, listen?: readonly string[]): void {
  const page = pages[host.name] ?? `from ${host.name}`;
  host.writeFile(nginxConfigPath, nginxConfig(page, listen));
}

/** Starts nginx as a plain daemon, the way a host without gatepair does. */
export async function startNginx(host: Host): Promise<void> {
  await host.must(["nginx"]);
}

/** `killall nginx`: master and workers at once; nginx has no time to say goodbye. */
export async function killNginx(host: Host): Promise<void> {
  await host.killAll("nginx");
}

export async function waitForNginx(host: Host, running: boolean, limit = 15_000): Promise<void> {
  const what = `nginx ${running ? "running" : "stopped"} on ${host.name}`;
  await until({ what, limit }, async () => (await host.pidsOf("nginx")).length > 0 === running);
}
