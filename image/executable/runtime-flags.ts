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

/** For what is compiled while building: the seed makes it the same bytes each time. */
export const buildFlags = [...runtimeFlags, "--random-seed=1"];
