import type { Prober } from "../support/lab/prober.ts";
import { monotonicNow } from "../support/lab/time.ts";
import { broken, deed, describeOutage, describeStart, kept, note } from "./paint.ts";

/** A gateway that can say why it has its role. */
export interface Witness {
  readonly name: string;
  why(): Promise<string>;
}

/** One thing that is done to the pair, and what the client shall see of it. */
export interface Scene {
  readonly where: string;
  readonly deed: string;
  readonly act: () => Promise<unknown>;
  /** The page that is served in the end. */
  readonly page: string;
  /** Whether no other page may be seen on the way. */
  readonly throughout?: boolean;
  /** Whether nobody served before: then the time to the first answer is what counts. */
  readonly isStart?: boolean;
  /** Whose reason is quoted. */
  readonly witness: () => Witness;
  /** Milliseconds until it has to be so; 15 seconds unless told. */
  readonly limit?: number;
}

const defaultLimit = 15_000;

/** Plays scenes before the eyes of a client, and remembers whether all went as promised. */
export class Stage {
  readonly #prober: Prober;
  #failures = 0;

  constructor(prober: Prober) {
    this.#prober = prober;
  }

  get failures(): number {
    return this.#failures;
  }

  async play(scene: Scene): Promise<void> {
    deed(scene.where, scene.deed);
    const event = monotonicNow();
    try {
      await scene.act();
      await this.#prober.waitFor(scene.page, scene.limit ?? defaultLimit);
      await this.#judge(scene, event);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  async #judge(scene: Scene, event: number): Promise<void> {
    const outage = await this.#prober.outageSince(event);
    const seen = outage.pages.map((page) => `"${page}"`).join(", then ");
    const asPromised = !scene.throughout || outage.pages.every((page) => page === scene.page);
    if (asPromised) kept(`the client gets ${seen}`);
    else this.#fail(`the client gets ${seen}; promised was "${scene.page}" throughout`);
    note(scene.isStart ? describeStart(outage) : describeOutage(outage));
    const witness = scene.witness();
    note(`why, says ${witness.name}: ${await witness.why()}`);
  }

  #fail(text: string): void {
    this.#failures += 1;
    broken(text);
  }
}
