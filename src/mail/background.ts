import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { defaultRetrySchedule } from "#alerts/retry-schedule.ts";
import { instant } from "#base/time.ts";
import type { CommandResult } from "#engine/commands.ts";
import type {
  BackgroundData,
  BackgroundReply,
  BackgroundRequest,
  JournalRequest,
} from "./background-messages.ts";
import { HealthPoller } from "./health-poller.ts";
import { JournalStore } from "./journal-store.ts";
import { MailQueue } from "./mail-queue.ts";
import type { SmtpSettings, SpooledMail } from "./smtp-settings.ts";
import { Spool } from "./spool.ts";

/**
 * The entry of the background thread: everything that may take its time (the mail server, the
 * disk of the spool, programs that systeminformation runs) happens here, so that none of it can
 * delay an Advertisement. nodemailer and systeminformation are loaded when first needed.
 */
class Background {
  readonly #port: MessagePort;
  readonly #queue: MailQueue;
  readonly #health: HealthPoller;
  #settings: SmtpSettings | undefined;
  #journal: JournalStore | undefined;

  constructor(port: MessagePort, { spoolDirectory }: BackgroundData) {
    this.#port = port;
    this.#health = new HealthPoller((figures) => this.#reply({ type: "health", figures }));
    this.#queue = new MailQueue({
      spool: new Spool(spoolDirectory),
      schedule: defaultRetrySchedule,
      clock: { now: () => instant(performance.now()) },
      deliver: async (settings, mail) =>
        (await import("./smtp-client.ts")).deliverMail(settings, mail),
      onChange: (status) => this.#reply({ type: "mail-status", status }),
      onProblem: (text) => this.#reply({ type: "problem", text }),
    });
  }

  listen(): void {
    void this.#queue.load();
    this.#port.on("message", (request: BackgroundRequest) => this.#handle(request));
  }

  #handle(request: BackgroundRequest): void {
    switch (request.type) {
      case "configure-mail":
        this.#settings = request.settings;
        return this.#queue.configure(request.settings);
      case "configure-health":
        return this.#health.configure(request.settings);
      case "mail":
        return void this.#accept(request.mail);
      case "test-mail":
        return void this.#test(request.mail);
      case "configure-journal":
        this.#journal = new JournalStore(request.directory, request.header);
        return;
      case "journal-keep":
      case "journal-write":
        return void this.#record(request);
      case "ping":
        return this.#reply({ type: "pong" });
      case "close":
        return void this.#close();
    }
  }

  async #accept(mail: SpooledMail): Promise<void> {
    await this.#queue.accept(mail);
    this.#reply({ type: "mail-accepted", id: mail.id });
  }

  async #test(mail: SpooledMail): Promise<void> {
    if (this.#settings === undefined) return;
    const { sendTestMail } = await import("./test-mail.ts");
    const result = await sendTestMail(this.#settings, mail);
    this.#reply({ type: "mail-tested", id: mail.id, result });
  }

  async #record(request: Exclude<JournalRequest, { type: "configure-journal" }>): Promise<void> {
    const result = await this.#journalDoes(request).catch((error: unknown) => {
      return { ok: false, message: `the journal cannot be written: ${String(error)}` } as const;
    });
    this.#reply({ type: "journal-done", result });
  }

  async #journalDoes(
    request: Exclude<JournalRequest, { type: "configure-journal" }>,
  ): Promise<CommandResult> {
    if (request.type === "journal-keep") {
      this.#journal?.keep(request.chunk, request.lost);
    } else if (request.wanted) {
      const path = await this.#journal?.write(request.taken);
      return { ok: true, message: path ?? "" };
    } else {
      this.#journal?.writeSoon(request.taken, (error) => {
        this.#reply({ type: "problem", text: `the journal cannot be written: ${String(error)}` });
      });
    }
    return { ok: true, message: "" };
  }

  async #close(): Promise<void> {
    await this.#journal?.settle();
    this.#health.configure(undefined);
    await this.#queue.settle();
    this.#reply({ type: "closed" });
  }

  #reply(reply: BackgroundReply): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window's
    this.#port.postMessage(reply);
  }
}

if (parentPort !== null) new Background(parentPort, workerData as BackgroundData).listen();
