import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { MailText } from "#alerts/notification-mail.ts";
import {
  initialMailLimiterState,
  stepMailLimiter,
  type MailLimit,
  type MailLimiterEvent,
  type MailLimiterState,
} from "#alerts/mail-limiter.ts";
import { instant, seconds } from "#base/time.ts";

const limit: MailLimit = { routerId: "gw1", mails: 3, window: seconds(60), keep: 2 };

/** Feeds the machine, lets its timers fire, and records when what left. */
class LimiterRun {
  now = 0;
  state: MailLimiterState = initialMailLimiterState;
  timer: { due: number; generation: number } | undefined;
  readonly left: { at: number; mail: MailText }[] = [];

  feed(event: MailLimiterEvent): void {
    const { state, actions } = stepMailLimiter(limit, this.state, event, instant(this.now));
    this.state = state;
    for (const action of actions) {
      if (action.type === "send-mail") this.left.push({ at: this.now, mail: action.mail });
      else this.timer = { due: this.now + action.duration, generation: action.generation };
    }
  }

  mail(subject: string): void {
    const mail = { at: String(this.now), subject, text: "" };
    this.feed({ type: "mail", mail: { kind: "transition", mail } });
  }

  wait(span: number): void {
    const end = this.now + span;
    while (this.timer !== undefined && this.timer.due <= end) {
      const { due, generation } = this.timer;
      this.now = Math.max(this.now, due);
      this.timer = undefined;
      this.feed({ type: "timer-fired", timer: "digest", generation });
    }
    this.now = end;
  }
}

function countEvents({ subject }: MailText): number {
  const digest = /digest: (\d+) events/.exec(subject);
  return digest === null ? 1 : Number(digest[1]);
}

describe("the mail limiter", () => {
  test("lets few mails through at once", () => {
    const run = new LimiterRun();
    ["a", "b", "c"].forEach((subject) => run.mail(subject));
    assert.deepEqual(
      run.left.map(({ mail }) => mail.subject),
      ["a", "b", "c"],
    );
  });

  test("gathers a storm into one digest that names both ends and counts the middle", () => {
    const run = new LimiterRun();
    for (let index = 0; index < 103; index += 1) run.mail(`event ${index}`);
    run.wait(60_000);
    assert.equal(run.left.length, 4);
    const digest = run.left[3]?.mail;
    assert.equal(digest?.subject, "[gatepair gw1] digest: 100 events since 0");
    assert.match(digest.text, /100 x transition/);
    assert.match(
      digest.text,
      /event 3\n.*event 4\n.*96 more are left out.*\n.*event 101\n.*event 102\n/,
    );
  });

  test("sends what is gathered at once when the daemon stops", () => {
    const run = new LimiterRun();
    for (let index = 0; index < 5; index += 1) run.mail(`event ${index}`);
    run.feed({ type: "flush" });
    run.wait(600_000);
    assert.deepEqual(
      run.left.map(({ mail }) => countEvents(mail)),
      [1, 1, 1, 2],
    );
  });

  test("never exceeds the limit in any window, and each event is sent or counted", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, (list) => {
        const run = new LimiterRun();
        list.forEach((gap) => {
          run.wait(gap);
          run.mail("event");
        });
        run.wait(600_000);
        const counted = run.left.reduce((sum, { mail }) => sum + countEvents(mail), 0);
        assert.equal(counted, list.length);
        run.left.forEach(({ at }, index) => {
          const next = run.left[index + limit.mails];
          assert.ok(next === undefined || next.at - at >= limit.window);
        });
      }),
    );
  });
});
