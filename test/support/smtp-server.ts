import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface SmtpServerOptions {
  /** For certificates, configuration, log and mails; given again, it keeps certificates and mails. */
  readonly directory: string;
  readonly port: number;
  readonly tls: "none" | "starttls" | "implicit";
  /** Needs TLS. Without it anybody may send. */
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
  /** The IPv4 address to listen on, 127.0.0.1 if not given. */
  readonly address?: string | undefined;
  /** The network namespace to run in (ip-netns(8)). */
  readonly namespace?: string | undefined;
}

export interface SmtpServer {
  readonly port: number;
  /** The authority that signed the server's certificate; made for `tls: none` too. */
  readonly caFile: string;
  /** The mails that have arrived, in no particular order. */
  mails(): Promise<string[]>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const startTimeLimit = 15_000;
const nobody = 65_534;

/**
 * Debian's OpenSMTPD as a real mail server; needs root, gcc and openssl. Its paths are built in,
 * so it runs in a mount namespace with a /run and a /var/spool of its own, and in a PID namespace
 * that ends with it.
 */
export async function startSmtpServer(options: SmtpServerOptions): Promise<SmtpServer> {
  const { directory, port } = options;
  const mailbox = join(directory, "mailbox");
  await mkdir(mailbox, { recursive: true });
  await chown(mailbox, nobody, nobody);
  await makeKeys(directory, options.address ?? "127.0.0.1");
  await writeFile(join(directory, "smtpd.conf"), await describeServer(options), { mode: 0o600 });
  const daemon = await startDaemon(options);
  await waitUntilListening(daemon, join(directory, "smtpd.log"));
  return {
    port,
    caFile: join(directory, "ca.crt"),
    mails: () => readMails(join(mailbox, "Maildir", "new")),
    stop: () => stopDaemon(daemon),
  };
}

/** A second server in the same directory presents the same certificate. */
async function makeKeys(directory: string, address: string): Promise<void> {
  if ((await readdir(directory)).includes("server.crt")) return;
  const file = (name: string) => join(directory, name);
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  const authority = ["-subj", "/CN=Gatepair test CA", "-keyout", file("ca.key")];
  await run("openssl", [...request, ...authority, "-out", file("ca.crt")]);
  const names = `subjectAltName=DNS:localhost,IP:${address}`;
  const server = ["-subj", "/CN=localhost", "-addext", names, "-keyout", file("server.key")];
  const signed = ["-addext", "basicConstraints=critical,CA:false", "-CA", file("ca.crt")];
  const out = ["-CAkey", file("ca.key"), "-out", file("server.crt")];
  await run("openssl", [...request, ...server, ...signed, ...out]);
  const source = fileURLToPath(new URL("opensmtpd-key.c", import.meta.url));
  await run("gcc", ["-shared", "-fPIC", "-o", file("opensmtpd-key.so"), source, "-ldl"]);
}

/** See smtpd.conf(5). All mail goes to one mailbox, whoever it is for. */
async function describeServer(options: SmtpServerOptions): Promise<string> {
  const { directory, port, tls, auth, address = "127.0.0.1" } = options;
  const security = { none: "", starttls: "tls-require pki test", implicit: "smtps pki test" }[tls];
  const lines = [
    `pki test cert "${join(directory, "server.crt")}"`,
    `pki test key "${join(directory, "server.key")}"`,
    `listen on ${address} port ${port} ${security} ${auth === undefined ? "" : "auth <logins>"}`,
    'action "keep" maildir "/mnt/Maildir" user nobody virtual { "@" = nobody }',
    `match ${auth === undefined ? "" : "auth"} from any for any action "keep"`,
  ];
  if (auth !== undefined) lines.unshift(await describeLogin(auth));
  return `${lines.join("\n")}\n`;
}

async function describeLogin(auth: { username: string; password: string }): Promise<string> {
  const { stdout } = await run("openssl", ["passwd", "-6", auth.password]);
  return `table logins { ${auth.username} = "${stdout.trim()}" }`;
}

// The mailbox is bound to /mnt: the user who delivers could not reach it through a private directory.
const isolatedStart = `
mount -t tmpfs tmpfs /run && mount -t tmpfs -o mode=0755 tmpfs /var/spool &&
mount --bind "$1/mailbox" /mnt &&
OPENSMTPD_KEY="$1/server.key" LD_PRELOAD="$1/opensmtpd-key.so" exec /usr/sbin/smtpd -d -v -f "$1/smtpd.conf"
`;

async function startDaemon({ directory, namespace }: SmtpServerOptions): Promise<ChildProcess> {
  const place = namespace === undefined ? [] : ["ip", "netns", "exec", namespace];
  // Killed as we are, unshare takes its children along: nothing is left when a test is killed.
  const bound = ["setpriv", "--pdeathsig", "KILL"];
  const isolation = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const [command, ...rest] = [...bound, ...place, ...isolation, "sh", "-c", isolatedStart, "smtpd"];
  const log = await open(join(directory, "smtpd.log"), "w");
  try {
    return spawn(command, [...rest, directory], { stdio: ["ignore", log.fd, log.fd] });
  } finally {
    await log.close();
  }
}

async function waitUntilListening(daemon: ChildProcess, logFile: string): Promise<void> {
  const deadline = performance.now() + startTimeLimit;
  while (performance.now() < deadline && daemon.exitCode === null) {
    if ((await readFile(logFile, "utf8")).includes("smtp: will accept")) return;
    await delay(20);
  }
  await stopDaemon(daemon);
  throw new Error(`smtpd did not start: ${await readFile(logFile, "utf8")}`);
}

/** Ends the first process of the PID namespace and with it, before it is reaped, all others. */
async function stopDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exited = once(daemon, "exit");
  const child = await readFile(`/proc/${daemon.pid}/task/${daemon.pid}/children`, "utf8");
  if (child === "") daemon.kill("SIGKILL");
  else process.kill(Number(child), "SIGKILL");
  await exited;
}

async function readMails(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
}
