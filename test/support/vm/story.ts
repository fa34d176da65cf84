import type { TestContext } from "node:test";
import { describeMachines } from "./fixture.ts";
import type { VmLab } from "./vm-lab.ts";

/** Tells one part of a test; after a part that failed, the others are left out. */
export type Tell = (part: string, act: () => Promise<void>) => Promise<void>;

/**
 * Divides a test into parts that build upon each other, because each boot takes its minute: the
 * report names every part, and a failure is not waited for again in all that follow.
 */
export function storyOf(t: TestContext, lab: VmLab): Tell {
  let failed: string | undefined;
  return async (part, act) => {
    const skip = failed === undefined ? false : `after the failure of: ${failed}`;
    await t.test(part, { skip }, async (t) => {
      await act().catch(async (error: unknown) => {
        failed = part;
        t.diagnostic(await describeMachines(lab));
        throw error;
      });
    });
  };
}
