/**
 * V8 at work in a small daemon. Not NODE_OPTIONS' names: `node --v8-options` lists them. None of them
 * may be one that changes what V8 compiles: Node's own modules come with a code cache, which V8
 * refuses under other flags than it was made under, and each start would compile them all.
 */
export const runtimeFlags = [
  "--max-semi-space-size=1",
  "--v8-pool-size=1",
  // A thread that helps to collect garbage is no real-time thread, but the one that sends
  // Advertisements is, and waits for it: with one processor, for as long as it leaves it no time.
  "--single-threaded-gc",
];

/**
 * Memory for all of a warm-up, so that none is used twice: V8 leaves the padding of what it compiles
 * as it finds it, and writes it into the code cache. What a collection of garbage left there depends
 * on how busy the machine is.
 */
export const warmUpFlags = [
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
  "--initial-old-space-size=512",
];

/** Undoes them, where a code cache is made: it holds for the flags that are set then. */
export const afterWarmUpFlags = [
  "--min-semi-space-size=0",
  "--initial-old-space-size=0",
  ...runtimeFlags,
];

/** For what is compiled while building: the seed makes it the same bytes each time. */
export const buildFlags = [...runtimeFlags, "--random-seed=1"];
