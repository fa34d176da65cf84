import type { Milliseconds } from "#base/time.ts";
import type { ExitedEvent, PortHolderEvent } from "./events.ts";

export function describeExit(event: ExitedEvent, problem: string | undefined): string {
  if (event.signal !== undefined) return `nginx was killed by ${event.signal}`;
  if (event.code === undefined) return "nginx exited";
  const text = `nginx exited with code ${event.code}`;
  return problem === undefined || event.code === 0 ? text : `${text}: ${problem}`;
}

export function describeTakenPort(event: PortHolderEvent): string {
  const port = /:(\d+)$/.exec(event.address)?.[1];
  const place = port === undefined ? event.address : `port ${port}`;
  if (event.holder === undefined) return `${place} is taken by another process`;
  const { pid, executable } = event.holder;
  return `${place} is taken by another process: PID ${pid} ${executable} (not ours)`;
}

export function describeSpan(span: Milliseconds): string {
  return span < 1000 ? `${Math.round(span)} ms` : `${Math.round(span / 100) / 10} s`;
}
