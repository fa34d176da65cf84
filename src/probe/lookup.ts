import { lookup as lookUpName, type LookupAddress, type LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";

type Answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** One question to the system's resolver, with all addresses as its answer. */
export type Resolve = (name: string, options: LookupOptions, answer: Answer) => void;

const systemResolve: Resolve = (name, options, answer) =>
  lookUpName(name, { ...options, all: true }, answer);

/**
 * Names are looked up with getaddrinfo(3), in one of the few threads that read files for all of the
 * daemon, nginx's restart among them: a resolver that does not answer would take them all.
 */
const mostAtOnce = 2;

/**
 * A lookup for `connect`, for all checks together. A name that is being looked up is not asked for
 * a second time, so what waits is bounded by the names in the configuration.
 */
export function createLookup(resolve: Resolve = systemResolve): LookupFunction {
  const asked = new Map<string, Answer[]>();
  const waiting: (() => void)[] = [];
  let running = 0;

  function start(key: string, name: string, options: LookupOptions): void {
    running++;
    resolve(name, options, (error, addresses) => {
      running--;
      const answers = asked.get(key) ?? [];
      asked.delete(key);
      waiting.shift()?.();
      for (const answer of answers) answer(error, addresses);
    });
  }

  return (name, options, callback) => {
    const answer: Answer = (error, addresses) => {
      const [first] = addresses ?? [];
      if (options.all === true || first === undefined) callback(error, addresses);
      else callback(error, first.address, first.family);
    };
    const key = `${options.family ?? 0} ${name}`;
    const others = asked.get(key);
    if (others !== undefined) return void others.push(answer);
    asked.set(key, [answer]);
    if (running < mostAtOnce) start(key, name, options);
    else waiting.push(() => start(key, name, options));
  };
}
