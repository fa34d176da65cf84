import { childrenOf, cpuTime, memoryOf, type Memory } from "../support/lab/process-table.ts";

/** A process and all that came of it and lives. */
function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Milliseconds that the threads of a program and of its children have had so far. */
export function cpuTimeOf(pid: number): number {
  return sum(treeOf(pid).map(cpuTime));
}

/** The memory of a program with its children, in kilobytes. */
export function memoryOfTree(pid: number): Memory {
  const each = treeOf(pid).map(memoryOf);
  return {
    anonymous: sum(each.map(({ anonymous }) => anonymous)),
    proportional: sum(each.map(({ proportional }) => proportional)),
  };
}
