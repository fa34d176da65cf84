import type { Command } from "#cli/command.ts";

/** Runs one command in this process; answers its exit code and all that it wrote. */
export async function runCommand(
  command: Command,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  const code = await command.run(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}
