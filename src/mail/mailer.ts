import { randomUUID } from "node:crypto";
import type { MailText } from "#alerts/notification-mail.ts";
import { seconds } from "#base/time.ts";
import type { MailStatus } from "#engine/inputs.ts";
import {
  initialMailStatus,
  type BackgroundReply,
  type MailTestResult,
} from "./background-messages.ts";
import type { BackgroundThread } from "./background-thread.ts";
import type { SmtpSettings, SpooledMail } from "./smtp-settings.ts";

export interface MailerOptions {
  readonly thread: BackgroundThread;
  /** Undefined when no mail is wanted: `send` then does nothing. */
  readonly settings: SmtpSettings | undefined;
  readonly onStatus: (status: MailStatus) => void;
  /** Something that an operator should know, without secrets. */
  readonly onProblem: (text: string) => void;
}

/** Mails that the thread has not yet confirmed to have; more only when it is stuck or gone. */
const maxUnconfirmed = 100;
const maxTests = 4;
const testTimeLimit = seconds(150);

interface WaitingTest {
  readonly mail: SpooledMail;
  finish(result: MailTestResult): void;
}

/** The main thread's end of the mail: hands mails over and never waits. */
export class Mailer {
  readonly #options: MailerOptions;
  readonly #unconfirmed = new Map<string, SpooledMail>();
  readonly #tests = new Map<string, WaitingTest>();
  #settings: SmtpSettings | undefined;
  #status = initialMailStatus;
  #dropped = 0;

  constructor(options: MailerOptions) {
    this.#options = options;
    this.#settings = options.settings;
    options.thread.addUser({
      onStart: () => this.#handOver(),
      onReply: (reply) => this.#accept(reply),
      onFailure: (reason) => this.#failTests(`the background thread failed: ${reason}`),
    });
  }

  send(text: MailText): void {
    if (this.#settings === undefined) return;
    const mail = createMail(text);
    const [oldest] = this.#unconfirmed.keys();
    if (oldest !== undefined && this.#unconfirmed.size >= maxUnconfirmed) {
      this.#unconfirmed.delete(oldest);
      this.#dropped += 1;
    }
    this.#unconfirmed.set(mail.id, mail);
    this.#options.thread.post({ type: "mail", mail });
  }

  /** Sends `text` past queue and limit, over a connection of its own. Never rejects. */
  test(text: MailText): Promise<MailTestResult> {
    if (this.#settings === undefined) return refuseTest("no mail server is configured");
    if (this.#tests.size >= maxTests) return refuseTest("other tests are still running");
    const mail = createMail(text);
    const { promise, resolve } = Promise.withResolvers<MailTestResult>();
    const timer = setTimeout(
      () => this.#finishTest(mail.id, failTest("no result in time")),
      testTimeLimit,
    );
    const finish = (result: MailTestResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    this.#tests.set(mail.id, { mail, finish });
    this.#options.thread.post({ type: "test-mail", mail });
    return promise;
  }

  status(): MailStatus {
    const queued = this.#status.queued + this.#unconfirmed.size;
    const [first] = this.#unconfirmed.values();
    const oldest = this.#status.oldest ?? first?.at;
    return { ...this.#status, queued, oldest, dropped: this.#status.dropped + this.#dropped };
  }

  /** Queued mails too are sent with the new settings, and at once. */
  reconfigure(settings: SmtpSettings | undefined): void {
    this.#settings = settings;
    this.#options.thread.post({ type: "configure-mail", settings });
  }

  #handOver(): void {
    this.#options.thread.post({ type: "configure-mail", settings: this.#settings });
    for (const mail of this.#unconfirmed.values())
      this.#options.thread.post({ type: "mail", mail });
    for (const { mail } of this.#tests.values())
      this.#options.thread.post({ type: "test-mail", mail });
  }

  #accept(reply: BackgroundReply): void {
    switch (reply.type) {
      case "mail-accepted":
        this.#unconfirmed.delete(reply.id);
        break;
      case "mail-status":
        this.#status = reply.status;
        this.#options.onStatus(this.status());
        break;
      case "mail-tested":
        this.#finishTest(reply.id, reply.result);
        break;
      case "problem":
        this.#options.onProblem(reply.text);
        break;
      case "health":
      case "journal-done":
      case "pong":
      case "closed":
    }
  }

  #failTests(message: string): void {
    for (const id of this.#tests.keys()) this.#finishTest(id, failTest(message));
  }

  #finishTest(id: string, result: MailTestResult): void {
    this.#tests.get(id)?.finish(result);
    this.#tests.delete(id);
  }
}

function createMail({ at, subject, text }: MailText): SpooledMail {
  return { id: randomUUID(), queuedAt: Date.now(), at, subject, text };
}

function refuseTest(message: string): Promise<MailTestResult> {
  return Promise.resolve(failTest(message));
}

function failTest(message: string): MailTestResult {
  return { ok: false, message, seconds: 0, answers: [] };
}
