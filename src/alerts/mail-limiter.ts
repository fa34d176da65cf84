import type { ArmTimer, Step, TimerFired } from "#base/step.ts";
import { addTime, elapsed, milliseconds, type Instant, type Milliseconds } from "#base/time.ts";
import {
  addToDigest,
  emptyDigest,
  renderDigest,
  type CountedMail,
  type Digest,
} from "./mail-digest.ts";
import type { MailText } from "./notification-mail.ts";

export interface MailLimit {
  readonly routerId: string;
  /** At most this many mails leave within any `window`, digests included; 1 or more. */
  readonly mails: number;
  readonly window: Milliseconds;
  /** How many of the first and of the last events a digest names. */
  readonly keep: number;
}

export interface MailLimiterState {
  /** When each mail of the last `window` left, oldest first. */
  readonly sent: readonly Instant[];
  readonly digest: Digest;
  readonly generation: number;
}

export type MailLimiterEvent =
  | { readonly type: "mail"; readonly mail: CountedMail }
  /** The daemon stops: what is gathered leaves now, even above the limit. */
  | { readonly type: "flush" }
  | TimerFired<"digest">;

export type MailLimiterAction =
  | { readonly type: "send-mail"; readonly mail: MailText }
  | ArmTimer<"digest">;

type LimiterStep = Step<MailLimiterState, MailLimiterAction>;

export const initialMailLimiterState: MailLimiterState = {
  sent: [],
  digest: emptyDigest,
  generation: 0,
};

/**
 * Keeps a flapping link from becoming a storm of mails: above the limit events are gathered, and
 * leave as one digest as soon as the limit allows. Each event is in a mail or counted in one.
 */
export function stepMailLimiter(
  limit: MailLimit,
  state: MailLimiterState,
  event: MailLimiterEvent,
  now: Instant,
): LimiterStep {
  const current = { ...state, sent: state.sent.filter((at) => elapsed(at, now) < limit.window) };
  switch (event.type) {
    case "mail":
      return acceptMail(limit, current, event.mail, now);
    case "flush":
      return sendDigest(limit, current, now);
    case "timer-fired":
      if (event.generation !== state.generation) return { state: current, actions: [] };
      return maySend(limit, current)
        ? sendDigest(limit, current, now)
        : waitForRoom(limit, current, now);
  }
}

function acceptMail(
  limit: MailLimit,
  state: MailLimiterState,
  { kind, mail }: CountedMail,
  now: Instant,
): LimiterStep {
  const waiting = state.digest.count > 0;
  if (!waiting && maySend(limit, state)) {
    const sent = [...state.sent, now];
    return { state: { ...state, sent }, actions: [{ type: "send-mail", mail }] };
  }
  const gathered = { ...state, digest: addToDigest(state.digest, { kind, mail }, limit.keep) };
  return waiting ? { state: gathered, actions: [] } : waitForRoom(limit, gathered, now);
}

function sendDigest(limit: MailLimit, state: MailLimiterState, now: Instant): LimiterStep {
  if (state.digest.count === 0) return { state, actions: [] };
  const mail = renderDigest(limit.routerId, state.digest);
  // The new generation makes a timer that is still armed an old one.
  const generation = state.generation + 1;
  return {
    state: { sent: [...state.sent, now], digest: emptyDigest, generation },
    actions: [{ type: "send-mail", mail }],
  };
}

/** Arms the timer for the moment when the oldest mail leaves the window. */
function waitForRoom(limit: MailLimit, state: MailLimiterState, now: Instant): LimiterStep {
  const oldest = state.sent[state.sent.length - limit.mails] ?? now;
  const duration = milliseconds(Math.max(0, elapsed(now, addTime(oldest, limit.window))));
  const generation = state.generation + 1;
  return {
    state: { ...state, generation },
    actions: [{ type: "arm-timer", timer: "digest", duration, generation }],
  };
}

function maySend(limit: MailLimit, state: MailLimiterState): boolean {
  return state.sent.length < limit.mails;
}
