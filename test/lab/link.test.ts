import { describe, test } from "node:test";
import { labFor } from "../support/lab/fixture.ts";
import { startPair } from "../support/lab/pair.ts";
import { waitUntilHeldOnlyBy, electionLimit, fastTimers, page1, page2 } from "./expectations.ts";
import { virtualAddress } from "../support/lab/names.ts";

describe("the link of the Active host", () => {
  test("lost: the other host serves; back: the first one does again", async (t) => {
    const { lab, prober } = await labFor(t);
    await startPair(lab, fastTimers);
    await prober.waitFor(page1, electionLimit);

    lab.gw1.linkDown();
    await prober.waitFor(page2, electionLimit);
    await lab.gw1.waitForAddress(virtualAddress, false, 4000);

    lab.gw1.linkUp();
    await prober.waitFor(page1, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
  });
});
