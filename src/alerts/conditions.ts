export type Severity = "info" | "warning" | "critical";

interface ConditionKind {
  readonly severity: Severity;
  /** A few words for a subject line or a column of the status. */
  readonly title: string;
  /** One sentence without a full stop. `subject` is what is ill, `detail` how. */
  text(subject: string, detail: string): string;
}

/**
 * Everything that can be wrong and that somebody should be told: log, status and mail all take
 * their words from here. The codes are part of the interface to the user, never rename one.
 */
const conditionTable = {
  "nginx-failed": {
    severity: "critical",
    title: "nginx failed",
    text: (_subject, detail) => `nginx failed: ${detail}`,
  },
  "nginx-stopped-by-operator": {
    severity: "warning",
    title: "nginx stopped by the operator",
    text: (_subject, detail) => `nginx was stopped on request and waits for nginx start: ${detail}`,
  },
  "interface-down": {
    severity: "critical",
    title: "interface down",
    text: (subject, detail) => `interface ${subject} is down: ${detail}`,
  },
  "interface-missing": {
    severity: "critical",
    title: "interface missing",
    text: (subject, detail) => `there is no interface ${subject}: ${detail}`,
  },
  "no-primary-address": {
    severity: "critical",
    title: "no primary address",
    text: (subject, detail) => `interface ${subject} has no address to send from: ${detail}`,
  },
  "address-conflict": {
    severity: "critical",
    title: "address in use elsewhere",
    text: (subject, detail) => `another host answers for ${subject}: ${detail}`,
  },
  "address-removed-by-other": {
    severity: "warning",
    title: "address removed by someone else",
    text: (subject, detail) => `${subject} was removed by someone else: ${detail}`,
  },
  "packet-filter-removed-by-other": {
    severity: "warning",
    title: "packet filter removed by someone else",
    text: (subject, detail) =>
      `the ${subject} of accept: false was removed or changed by someone else: ${detail}`,
  },
  "route-missing": {
    severity: "critical",
    title: "virtual route missing",
    text: (subject, detail) => `the route to ${subject} cannot be added: ${detail}`,
  },
  "send-error": {
    severity: "critical",
    title: "advertisements cannot be sent",
    text: (subject, detail) => `advertisements of ${subject} cannot be sent: ${detail}`,
  },
  "two-active-routers": {
    severity: "critical",
    title: "two Active Routers",
    text: (subject, detail) => `${subject} has two Active Routers: ${detail}`,
  },
  "configuration-mismatch": {
    severity: "warning",
    title: "peer is configured differently",
    text: (subject, detail) => `the peer of ${subject} is configured differently: ${detail}`,
  },
  "vrid-used-by-stranger": {
    severity: "critical",
    title: "VRID used by a stranger",
    text: (subject, detail) => `the VRID of ${subject} is used for other addresses: ${detail}`,
  },
  "bad-packets": {
    severity: "warning",
    title: "bad VRRP packets",
    text: (subject, detail) => `bad VRRP packets arrive for ${subject}: ${detail}`,
  },
  "hook-failed": {
    severity: "warning",
    title: "hook failed",
    text: (subject, detail) => `the hook ${subject} failed: ${detail}`,
  },
  "mail-undeliverable": {
    severity: "warning",
    title: "mail cannot be delivered",
    text: (subject, detail) => `mail cannot be delivered to ${subject}: ${detail}`,
  },
  "check-failed": {
    severity: "critical",
    title: "check failed",
    text: (subject, detail) => `check ${subject} failed: ${detail}`,
  },
  "tracked-file-set": {
    severity: "warning",
    title: "tracked file is set",
    text: (subject, detail) => `the file ${subject} holds ${detail}`,
  },
  "tracked-file-unusable": {
    severity: "warning",
    title: "tracked file cannot be used",
    text: (subject, detail) => `the file ${subject} cannot be used: ${detail}`,
  },
  "disk-full-soon": {
    severity: "warning",
    title: "disk nearly full",
    text: (subject, detail) => `the disk of ${subject} is nearly full: ${detail}`,
  },
  "memory-low": {
    severity: "warning",
    title: "memory low",
    text: (_subject, detail) => `little memory is available: ${detail}`,
  },
  "load-high": {
    severity: "warning",
    title: "load high",
    text: (_subject, detail) => `the machine is overloaded: ${detail}`,
  },
  "temperature-high": {
    severity: "warning",
    title: "CPU too hot",
    text: (_subject, detail) => `the CPU is too hot: ${detail}`,
  },
  "background-failed": {
    severity: "warning",
    title: "background thread failed",
    text: (_subject, detail) => `the thread for mail and machine health failed: ${detail}`,
  },
} as const satisfies Readonly<Record<string, ConditionKind>>;

export type ConditionCode = keyof typeof conditionTable;

/** One condition of one subject. */
export interface Condition {
  readonly code: ConditionCode;
  /**
   * What is ill: an interface, a virtual router, a path, a hook. Something that the configuration
   * names, never something from the network: so the configuration bounds how many there can be.
   */
  readonly subject: string;
  /** How it is ill, with figures: "no carrier", "93 % used, limit 90 %". */
  readonly detail: string;
}

export const conditionCodes = Object.keys(conditionTable) as readonly ConditionCode[];

export function conditionSeverity(code: ConditionCode): Severity {
  return conditionTable[code].severity;
}

export function conditionTitle(code: ConditionCode): string {
  return conditionTable[code].title;
}

export function describeCondition(condition: Condition): string {
  return conditionTable[condition.code].text(condition.subject, condition.detail);
}
