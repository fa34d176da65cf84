import type { RetrySchedule } from "#alerts/retry-schedule.ts";
import { elapsed, type Clock } from "#base/time.ts";
import { Attempts } from "./attempts.ts";
import type { MailStatus } from "#engine/inputs.ts";
import { initialMailStatus } from "./background-messages.ts";
import type { SmtpOutcome } from "./smtp-client.ts";
import type { SmtpFailureScope } from "./smtp-failure.ts";
import type { SmtpSettings, SpooledMail } from "./smtp-settings.ts";
import type { Spool } from "./spool.ts";

export interface MailQueueOptions {
  readonly spool: Spool;
  readonly schedule: RetrySchedule;
  readonly clock: Clock;
  readonly deliver: (settings: SmtpSettings, mail: SpooledMail) => Promise<SmtpOutcome>;
  readonly onChange: (status: MailStatus) => void;
  readonly onProblem: (text: string) => void;
}

/** Delivers what the spool holds, oldest first, over one connection at a time. */
export class MailQueue {
  readonly #options: MailQueueOptions;
  readonly #attempts: Attempts;
  #settings: SmtpSettings | undefined;
  #status = initialMailStatus;
  #intake: Promise<void> = Promise.resolve();
  #work: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MailQueueOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options.schedule, options.clock);
  }

  /** Takes up what an earlier run left in the spool. */
  load(): Promise<void> {
    return this.#takeIn(async () => {
      const corrupt = await this.#options.spool.load();
      for (const name of corrupt) this.#options.onProblem(`the mail ${name} is corrupt`);
    });
  }

  /** Resolves when the mail is in the spool. Mails enter in the order of the calls. */
  accept(mail: SpooledMail): Promise<void> {
    return this.#takeIn(async () => {
      const dropped = await this.#options.spool.add(mail);
      if (dropped > 0) this.#update({ dropped: this.#status.dropped + dropped });
    });
  }

  /** Without settings nothing is delivered. New ones are worth a new attempt at once. */
  configure(settings: SmtpSettings | undefined): void {
    this.#settings = settings;
    this.#attempts.retryAll();
    this.#startWork();
  }

  /** Resolves when each mail is delivered or waits for its next attempt. */
  async settle(): Promise<void> {
    await this.#intake;
    await this.#work;
  }

  #takeIn(step: () => Promise<void>): Promise<void> {
    this.#intake = this.#intake.then(async () => {
      await this.#guardDisk(step);
      this.#startWork();
    });
    return this.#intake;
  }

  #startWork(): void {
    this.#attempts.track(this.#options.spool.mails);
    this.#work ??= this.#deliverDue().finally(() => {
      this.#work = undefined;
      this.#armTimer();
    });
  }

  async #deliverDue(): Promise<void> {
    while (this.#settings !== undefined) {
      const mail = this.#attempts.findDue(this.#options.spool.mails);
      if (mail === undefined) return;
      const outcome = await this.#options.deliver(this.#settings, mail);
      if (outcome.ok) await this.#recordSuccess(mail, outcome.refused);
      else await this.#recordFailure(mail, outcome.scope, outcome.error);
      this.#attempts.track(this.#options.spool.mails);
    }
  }

  async #recordSuccess(mail: SpooledMail, refused: readonly string[]): Promise<void> {
    this.#attempts.recordSuccess();
    await this.#guardDisk(() => this.#options.spool.remove(mail));
    if (refused.length > 0) this.#noteError(`the mail server refused ${refused.join(", ")}`);
    this.#update({ lastSuccess: new Date().toISOString() });
  }

  async #recordFailure(mail: SpooledMail, scope: SmtpFailureScope, error: string): Promise<void> {
    if (scope === "server") this.#attempts.recordServerFailure();
    else this.#attempts.recordMailFailure(mail);
    if (scope === "permanent" || this.#attempts.isGivenUp(mail)) {
      await this.#guardDisk(() => this.#options.spool.setAside(mail));
      this.#update({ undeliverable: this.#status.undeliverable + 1 });
    }
    this.#noteError(error);
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    const next = this.#settings === undefined ? undefined : this.#attempts.next();
    if (next === undefined) return this.#update({ nextAttempt: undefined });
    const pause = elapsed(this.#options.clock.now(), next);
    this.#timer = setTimeout(() => this.#startWork(), pause);
    this.#update({ nextAttempt: new Date(Date.now() + pause).toISOString() });
  }

  #noteError(text: string): void {
    this.#update({ lastError: { at: new Date().toISOString(), text } });
  }

  #update(changes: Partial<MailStatus>): void {
    const { mails } = this.#options.spool;
    this.#status = { ...this.#status, ...changes, queued: mails.length, oldest: mails[0]?.at };
    this.#options.onChange(this.#status);
  }

  /** The disk's faults are reported, and stop nothing. */
  async #guardDisk(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#options.onProblem(`the mail spool: ${(error as Error).message}`);
    }
  }
}
