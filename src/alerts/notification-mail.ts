import { conditionSeverity, conditionTitle } from "./conditions.ts";
import { formatDuration, toSingleLine } from "./line-text.ts";
import type {
  ConditionNotification,
  Notification,
  PeerView,
  RouterRole,
  TransitionNotification,
  VirtualRouterView,
} from "./notification.ts";

/** A mail before it has sender and recipients. The subject is one line. */
export interface MailText {
  /** The time of day of the event: the Date of the mail. */
  readonly at: string;
  readonly subject: string;
  readonly text: string;
}

// RFC 5322, 2.1.1 allows 998 characters a line; a list of mails shows about this many.
const subjectLimit = 160;
const lineLimit = 500;

export function renderNotification(notification: Notification): MailText {
  return notification.kind === "transition"
    ? renderTransition(notification)
    : renderCondition(notification);
}

/** `[gatepair gw1] what` on one line. */
export function formatSubject(routerId: string, what: string): string {
  return toSingleLine(`[gatepair ${routerId}] ${what}`, subjectLimit);
}

/** Each entry becomes one line, whatever it contains. */
export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${indentOf(line)}${toSingleLine(line, lineLimit)}\n`).join("");
}

function renderTransition(notification: TransitionNotification): MailText {
  const { at, routerId, router, from, reason } = notification;
  const [before, after] = [nameRole(from), nameRole(router.role)];
  return {
    at,
    subject: formatSubject(routerId, `${router.name}: ${before} -> ${after}: ${reason}`),
    text: joinLines([
      `Virtual router ${router.name} went from ${before} to ${after}.`,
      "",
      `Why:      ${reason}`,
      `When:     ${at}`,
      `Where:    ${routerId}, interface ${router.interfaceName}`,
      "",
      "The pair now, as this host sees it:",
      ...describeRouter(router),
    ]),
  };
}

function renderCondition(notification: ConditionNotification): MailText {
  const { at, routerId, code, change, text, lasted, routers } = notification;
  const what = change === "raised" ? text : `over: ${text}`;
  const after = lasted === undefined ? "" : `, after ${formatDuration(lasted)}`;
  return {
    at,
    subject: formatSubject(routerId, `${code}: ${what}`),
    text: joinLines([
      change === "raised" ? `${conditionTitle(code)}.` : `Over: ${conditionTitle(code)}.`,
      "",
      `What:     ${text}`,
      `Code:     ${code} (${conditionSeverity(code)}), ${change}${after}`,
      `When:     ${at}`,
      `Where:    ${routerId}`,
      "",
      "The pair now, as this host sees it:",
      ...routers.flatMap(describeRouter),
    ]),
  };
}

function describeRouter(router: VirtualRouterView): string[] {
  const { name, vrid, interfaceName, role, priority, addresses, peer } = router;
  return [
    `  ${name} (VRID ${vrid} on ${interfaceName}, ${addresses.join(", ")})`,
    `    this host:  ${nameRole(role)}, priority ${priority}`,
    `    other host: ${describePeer(role, peer)}`,
  ];
}

/** Only an Active Router sends (RFC 9568, 6.4): who hears nothing knows nothing of the other. */
function describePeer(role: RouterRole, peer: PeerView | undefined): string {
  if (peer === undefined) return "unknown: nothing has been heard from one since the start";
  const heard = `${peer.address} with priority ${peer.priority}, ${formatDuration(peer.lastHeardAgo)} ago`;
  if (role === "backup") return `Active when last heard: ${heard}`;
  return `unknown, a Backup sends nothing; last heard: ${heard}`;
}

function nameRole(role: RouterRole): string {
  return role.charAt(0).toUpperCase() + role.slice(1);
}

function indentOf(line: string): string {
  return /^ */.exec(line)?.[0] ?? "";
}
