import { readFile } from "node:fs/promises";
import SmtpConnection from "nodemailer/lib/smtp-connection";
import type { SmtpSettings } from "./smtp-settings.ts";

const silenceTimeLimit = 30_000;
/** nodemailer's default is a megabyte; no honest answer needs more than this. */
const maxResponseSize = 64 * 1024;

/** A connection that is not yet open; `onAnswer` gets each answer of the server. */
export async function createSmtpConnection(
  settings: SmtpSettings,
  onAnswer: (line: string) => void,
): Promise<SmtpConnection> {
  const { server, port, tls, connectTimeout } = settings;
  return new SmtpConnection({
    host: server,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    tls: { minVersion: "TLSv1.2", rejectUnauthorized: true, ...(await readAuthorities(settings)) },
    connectionTimeout: connectTimeout,
    greetingTimeout: connectTimeout,
    dnsTimeout: connectTimeout,
    socketTimeout: silenceTimeLimit,
    maxResponseSize,
    // A host whose only interface is up is loopback can still reach a server on itself.
    allowInternalNetworkInterfaces: true,
    transactionLog: true,
    logger: {
      debug: (entry: { tnx?: string }, text: string) => reportAnswer(entry, text, onAnswer),
    },
  });
}

async function readAuthorities({ caFile, tls }: SmtpSettings): Promise<{ ca?: string }> {
  return caFile === undefined || tls === "none" ? {} : { ca: await readSetting("ca_file", caFile) };
}

/** The password, or undefined when there is no login. */
export async function readPassword(settings: SmtpSettings): Promise<string | undefined> {
  const { username, password, passwordFile } = settings;
  if (username === undefined) return undefined;
  if (passwordFile === undefined) return password ?? "";
  return (await readSetting("password_file", passwordFile)).replace(/\r?\n$/, "");
}

async function readSetting(key: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new Error(`cannot read ${key}: ${(error as Error).message}`, { cause: error });
  }
}

/** What the client sends is left out: it holds the login. */
function reportAnswer(entry: { tnx?: string }, text: string, onAnswer: (line: string) => void) {
  if (entry.tnx === "server") onAnswer(text);
}
