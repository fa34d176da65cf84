/** A line of nginx's error log (ngx_log_error_core: time, level, PID and thread, message). */
export interface ErrorLogLine {
  readonly level: string;
  readonly pid: number;
  readonly message: string;
}

const errorLogLine = /^\S+ \S+ \[([a-z]+)\] (\d+)#\d+: (?:\*\d+ )?(.*)$/;

export function parseErrorLogLine(line: string): ErrorLogLine | undefined {
  const match = errorLogLine.exec(line);
  if (match === null) return undefined;
  return { level: match[1] ?? "", pid: Number(match[2]), message: match[3] ?? "" };
}

/** The address in "bind() to 0.0.0.0:80 failed (98: Address already in use)"; 98 is EADDRINUSE. */
export function takenAddress(message: string): string | undefined {
  return /^bind\(\) to (\S+) failed \(98:/.exec(message)?.[1];
}

/** "start worker process 123": the master has bound every port, which it does before. */
export function tellsOfWorker(message: string): boolean {
  return /^start worker process \d+$/.test(message);
}

/** The first emergency in the output of `nginx -t`, without time and process ID. */
export function configurationProblem(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const parsed = lines.map((line) => parseErrorLogLine(line));
  const problem = parsed.find((line) => line?.level === "emerg");
  const text = problem === undefined ? (lines[0] ?? "no output") : problem.message;
  return `nginx -t: ${text}${explainProblem(text)}`;
}

/** `nginx -g "daemon off;"` is how the supervisor keeps nginx in the foreground. */
function explainProblem(text: string): string {
  if (!text.startsWith('"daemon" directive is duplicate')) return "";
  return " (remove it: gatepair itself starts nginx in the foreground)";
}
