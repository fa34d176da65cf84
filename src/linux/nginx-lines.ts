import { performance } from "node:perf_hooks";
import { parseErrorLogLine, tellsOfWorker } from "#nginx/error-log.ts";

/** An attack can make nginx say thousands of lines a second: log and status get these many. */
const linesPerSecond = 20;
const burst = 200;

/** Lines about nginx's own life are few, and decisions hang on them: they always pass. */
function isVital(line: string): boolean {
  const parsed = parseErrorLogLine(line);
  if (parsed === undefined) return false;
  if (parsed.level === "emerg" || parsed.level === "alert") return true;
  return tellsOfWorker(parsed.message) || parsed.message === "reconfiguring";
}

/** Passes lines on at a bounded rate and says how many it dropped. */
export function limitLines(onLine: (line: string) => void): (line: string) => void {
  let tokens = burst;
  let refilled = performance.now();
  let dropped = 0;
  return (line) => {
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - refilled) / 1000) * linesPerSecond);
    refilled = now;
    if (tokens < 1 && !isVital(line)) {
      dropped += 1;
      return;
    }
    if (dropped > 0) onLine(`(${dropped} lines of nginx were dropped: too many at once)`);
    dropped = 0;
    tokens = Math.max(0, tokens - 1);
    onLine(line);
  };
}
