import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { instant, milliseconds } from "#base/time.ts";
import { NginxProcess } from "#linux/nginx-process.ts";
import { watchProcess } from "#linux/pidfd.ts";
import { listSession } from "#linux/process-table.ts";
import type { NginxEvent, OperatorAnswer, OperatorCommand } from "#nginx/events.ts";
import type { NginxSettings } from "#nginx/settings.ts";
import { initialNginxState } from "#nginx/state.ts";
import type { NginxState } from "#nginx/state.ts";
import { superviseNginx } from "#nginx/supervision.ts";
import { probeHttp } from "#probe/http.ts";

/** A place for one nginx: its own directory, its own port on loopback. */
export interface Site {
  readonly directory: string;
  readonly port: number;
  readonly settings: NginxSettings;
}

/** Of the page /slow: four seconds. */
export const slowBytes = 100_000;

export async function makeSite(change: Partial<NginxSettings> = {}): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), "gatepair-nginx-"));
  await mkdir(join(directory, "conf"));
  const port = await freePort();
  const config = join(directory, "conf", "nginx.conf");
  const probe = {
    url: `http://127.0.0.1:${port}/`,
    interval: milliseconds(100),
    timeout: milliseconds(100),
    fall: 5, // a busy machine may keep an answer back for more than one timeout
    rise: 1,
    expectStatus: [{ first: 100, last: 599 }],
  };
  const settings: NginxSettings = {
    config,
    binary: "/usr/sbin/nginx",
    runOn: "always",
    onExit: "restart",
    probe,
    restartAttempts: 20,
    restartWindow: milliseconds(10_000),
    retryHold: milliseconds(1000),
    stopTimeout: milliseconds(2000),
    startLimit: milliseconds(4000),
    ...change,
  };
  const site = { directory, port, settings };
  await writeConfig(site, "one");
  await writeFile(join(directory, "slow"), "x".repeat(slowBytes));
  return site;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function writeConfig(site: Site, page: string, more = ""): Promise<void> {
  const { directory, port } = site;
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(" ");
  const text = `
    pid ${directory}/nginx.pid;
    error_log ${directory}/error.log info;
    worker_processes 2;
    user root;
    ${more}
    events { worker_connections 64; }
    http {
      access_log off; ${paths}
      server {
        listen 127.0.0.1:${port};
        location / { return 200 "${page}\\n"; }
        location /slow { alias ${directory}/slow; limit_rate 20k; }
      }
    }
  `;
  await writeFile(site.settings.config, text);
}

export async function removeSite(site: Site): Promise<void> {
  await rm(site.directory, { recursive: true, force: true });
}

/** What the engine does for nginx, and no more. */
export class Supervisor {
  readonly site: Site;
  readonly events: NginxEvent[] = [];
  readonly answers = new Map<number, OperatorAnswer>();
  state: NginxState = initialNginxState(now());
  stopped = false;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #process: NginxProcess | undefined;
  #commands = 0;

  constructor(site: Site) {
    this.site = site;
  }

  async open(active = true): Promise<void> {
    this.#process = await NginxProcess.open({
      settings: this.site.settings,
      runtimeDirectory: this.site.directory,
      environment: process.env,
      onEvent: (event) => this.post(event),
      watchProcess,
      probe: (probe, signal) => probeHttp(probe, { signal }),
    });
    this.post({ type: "begin", active });
  }

  post(event: NginxEvent): void {
    this.events.push(event);
    const step = superviseNginx(this.state, event, now(), this.site.settings);
    this.state = step.state;
    for (const action of step.actions) {
      if (action.type === "arm-timer") {
        const { timer, generation } = action;
        clearTimeout(this.#timers.get(timer));
        const fire = () => this.post({ type: "timer-fired", timer, generation });
        this.#timers.set(timer, setTimeout(fire, action.duration));
      } else if (action.type === "cancel-timer") clearTimeout(this.#timers.get(action.timer));
      else if (action.type === "operator-answer") this.answers.set(action.id, action);
      else if (action.type === "stopped") this.stopped = true;
      else this.#process?.perform(action);
    }
  }

  get status(): string {
    return this.state.health.status;
  }

  get pid(): number {
    return this.state.health.pid ?? 0;
  }

  async until(
    condition: () => boolean | Promise<boolean>,
    what: string,
    limit = 15_000,
  ): Promise<void> {
    const end = performance.now() + limit;
    while (!(await condition())) {
      if (performance.now() > end) {
        const { health, lines, phase } = this.state;
        throw new Error(`not ${what}: ${JSON.stringify({ health, phase, lines }, undefined, 2)}`);
      }
      await wait(2);
    }
  }

  async untilStatus(status: string, limit?: number): Promise<void> {
    await this.until(() => this.status === status, status, limit);
  }

  /** The record for the next daemon is written a little after the start. */
  async untilRecorded(): Promise<void> {
    const path = join(this.site.directory, "nginx.json");
    await this.until(async () => {
      const text = await readFile(path, "utf8").catch(() => "");
      return text.includes(`"pid":${this.pid},`);
    }, "recorded");
  }

  async operate(command: OperatorCommand): Promise<OperatorAnswer> {
    this.#commands += 1;
    const id = this.#commands;
    this.post({ type: "operator", id, command });
    await this.until(() => this.answers.has(id), `answered nginx ${command}`);
    return this.answers.get(id) as OperatorAnswer;
  }

  /** As when the daemon dies: nginx goes on. */
  async abandon(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.#process?.close();
  }

  async end(): Promise<void> {
    try {
      if (!this.stopped) this.post({ type: "shutdown" });
      await this.until(() => this.stopped, "stopped");
    } finally {
      await this.abandon();
      await this.#killLeftOver();
    }
  }

  /** When a test fails, nothing of it may stay behind. */
  async #killLeftOver(): Promise<void> {
    const started = this.events.flatMap((event) => (event.type === "started" ? [event.pid] : []));
    for (const session of started) {
      for (const { pid } of await listSession(session)) process.kill(pid, "SIGKILL");
    }
  }
}

export function now() {
  return instant(performance.now());
}

/** The page, or undefined when nobody answers. */
export async function fetchPage(site: Site): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${site.port}/`, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(3000),
    });
    return (await response.text()).trim();
  } catch {
    return undefined;
  }
}
