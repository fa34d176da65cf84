import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

export interface NginxCommand {
  readonly binary: string;
  readonly config: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface ConfigurationTest {
  readonly ok: boolean;
  /** What nginx wrote to its standard error. */
  readonly output: string;
  /** Every file that belongs to the configuration; empty when the test failed. */
  readonly files: readonly string[];
}

/** nginx -t opens every log and resolves every upstream name: slow, but not endless. */
const testLimit = 30_000;
const outputLimit = 16 * 1024;

/** What nginx is run with, in a test and in earnest: in the foreground, also saying it to us. */
export function nginxArguments(config: string): string[] {
  return ["-c", config, "-g", "daemon off; error_log stderr notice;"];
}

/** `nginx -T` tests like `-t` and then names each file, of whose text nothing is kept. */
export async function testConfiguration(command: NginxCommand): Promise<ConfigurationTest> {
  const { promise, resolve } = Promise.withResolvers<ConfigurationTest>();
  const child = spawn(command.binary, ["-T", ...nginxArguments(command.config)], {
    cwd: "/",
    env: command.environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: testLimit,
    killSignal: "SIGKILL",
  });
  const files = new Set<string>();
  let output = "";
  createInterface({ input: child.stdout }).on("line", (line) => noteFile(line, files));
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => (output = (output + text).slice(0, outputLimit)));
  child.on("error", (error) => resolve({ ok: false, output: error.message, files: [] }));
  child.on("close", (code, signal) => {
    const ended = signal === null ? output : `${output}\nthe test was killed by ${signal}`;
    resolve({ ok: code === 0, output: ended.trim(), files: code === 0 ? [...files] : [] });
  });
  return promise;
}

function noteFile(line: string, files: Set<string>): void {
  const path = /^# configuration file (\/.*):$/.exec(line)?.[1];
  if (path !== undefined) files.add(path);
}

/**
 * Equal texts mean that no file of the configuration changed, came or went: directories count too,
 * because `include conf.d/*.conf` takes up new files.
 */
export async function fingerprint(files: readonly string[]): Promise<string> {
  const paths = new Set([...files, ...files.map((file) => dirname(file))]);
  return (await Promise.all([...paths].map(describeFile))).join("\n");
}

async function describeFile(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${path} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return `${path} missing`;
  }
}
