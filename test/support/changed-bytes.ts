import fc from "fast-check";

/** A message that is right, and how to make its checksum right again when it was changed. */
export interface Sample {
  readonly bytes: Uint8Array;
  readonly repair: (bytes: Uint8Array) => void;
}

/** One change of a message, at a place that is taken modulo its length. */
type Change =
  | { readonly do: "set" | "flip" | "insert"; readonly at: number; readonly value: number }
  | { readonly do: "cut" | "drop"; readonly at: number }
  | { readonly do: "repeat"; readonly at: number; readonly count: number };

const anyPlace = fc.nat(1400);
const anyByte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    do: fc.constantFrom("set" as const, "flip" as const, "insert" as const),
    at: fc.oneof(fc.nat(63), anyPlace),
    value: anyByte,
  }),
  fc.record({ do: fc.constantFrom("cut" as const, "drop" as const), at: anyPlace }),
  fc.record({ do: fc.constant("repeat" as const), at: anyPlace, count: fc.nat(1500) }),
);

/** Bytes as somebody may send them who knows the protocol: mostly right, and wrong anywhere. */
export function changedBytes(samples: readonly Sample[]): fc.Arbitrary<Uint8Array> {
  const plan = fc.record({
    sample: fc.constantFrom(...samples),
    changes: fc.array(anyChange, { maxLength: 5 }),
    repaired: fc.boolean(),
  });
  return plan.map(({ sample, changes, repaired }) => {
    const copy = Uint8Array.from(changes.reduce(apply, sample.bytes));
    if (repaired) sample.repair(copy);
    return copy;
  });
}

function apply(bytes: Uint8Array, change: Change): Uint8Array {
  const at = bytes.length === 0 ? 0 : change.at % bytes.length;
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.do) {
    case "set":
      return Uint8Array.of(...before, change.value, ...after.subarray(1));
    case "flip":
      return Uint8Array.of(...before, (after[0] ?? 0) ^ change.value, ...after.subarray(1));
    case "insert":
      return Uint8Array.of(...before, change.value, ...after);
    case "cut":
      return before;
    case "drop":
      return Uint8Array.of(...before, ...after.subarray(1));
    case "repeat":
      return Uint8Array.of(...bytes, ...new Uint8Array(change.count).fill(bytes[at] ?? 0));
  }
}
