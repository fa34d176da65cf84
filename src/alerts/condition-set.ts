import { elapsed, type Instant, type Milliseconds } from "#base/time.ts";
import type { Condition } from "./conditions.ts";

/** One point in time, for decisions and for people. */
export interface Moment {
  readonly instant: Instant;
  readonly timestamp: string;
}

export interface RaisedCondition extends Condition {
  readonly since: Moment;
}

/** What is wrong now, oldest first; at most one condition for each code and subject. */
export type ConditionSet = readonly RaisedCondition[];

/** What a call changed. `none` and `updated` are for the status only, not worth a mail. */
export type ConditionChange =
  | { readonly type: "none" }
  | { readonly type: "updated"; readonly condition: RaisedCondition }
  | { readonly type: "raised"; readonly condition: RaisedCondition }
  | {
      readonly type: "cleared";
      readonly condition: RaisedCondition;
      readonly lasted: Milliseconds;
    };

export interface ConditionSetChange {
  readonly set: ConditionSet;
  readonly change: ConditionChange;
}

export const emptyConditionSet: ConditionSet = [];

/** Raising what is raised keeps its `since`; a new detail only updates the text. */
export function raiseCondition(
  set: ConditionSet,
  condition: Condition,
  moment: Moment,
): ConditionSetChange {
  const raised = findCondition(set, condition);
  if (raised === undefined) {
    const added = { ...condition, since: moment };
    return { set: [...set, added], change: { type: "raised", condition: added } };
  }
  if (raised.detail === condition.detail) return { set, change: { type: "none" } };
  const updated = { ...raised, detail: condition.detail };
  const next = set.map((entry) => (entry === raised ? updated : entry));
  return { set: next, change: { type: "updated", condition: updated } };
}

/** Clearing what is not raised changes nothing. */
export function clearCondition(
  set: ConditionSet,
  condition: Pick<Condition, "code" | "subject">,
  moment: Moment,
): ConditionSetChange {
  const raised = findCondition(set, condition);
  if (raised === undefined) return { set, change: { type: "none" } };
  const lasted = elapsed(raised.since.instant, moment.instant);
  return {
    set: set.filter((entry) => entry !== raised),
    change: { type: "cleared", condition: raised, lasted },
  };
}

function findCondition(
  set: ConditionSet,
  { code, subject }: Pick<Condition, "code" | "subject">,
): RaisedCondition | undefined {
  return set.find((entry) => entry.code === code && entry.subject === subject);
}
