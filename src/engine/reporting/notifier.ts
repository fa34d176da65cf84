import {
  initialMailLimiterState,
  type MailLimiterEvent,
  type MailLimiterState,
  stepMailLimiter,
} from "#alerts/mail-limiter.ts";
import { renderNotification } from "#alerts/notification-mail.ts";
import {
  type Notification,
  notificationKind,
  type VirtualRouterView,
} from "#alerts/notification.ts";
import type { Reason } from "#vrrp/reason.ts";
import type { Role } from "#vrrp/virtual-router.ts";
import { type Outlet, performTimer } from "../outlet.ts";
import type { HookSettings, NotificationSettings } from "../settings.ts";

/** Mails, within their limit, and hooks. */
export class Notifier {
  readonly settings: NotificationSettings;
  readonly #outlet: Outlet;
  #limiter: MailLimiterState = initialMailLimiterState;

  constructor(outlet: Outlet, settings: NotificationSettings) {
    this.#outlet = outlet;
    this.settings = settings;
  }

  mail(notification: Notification): void {
    if (this.settings.mailLimit === undefined) return;
    const mail = renderNotification(notification);
    this.#limit({ type: "mail", mail: { kind: notificationKind(notification), mail } });
  }

  digestDue(generation: number): void {
    this.#limit({ type: "timer-fired", timer: "digest", generation });
  }

  /** Before the daemon ends: what the limiter gathered leaves now. */
  flush(): void {
    this.#limit({ type: "flush" });
  }

  /** The hook of the role that was taken, with the facts in its environment. */
  runHook(view: VirtualRouterView, from: Role, reason: Reason): void {
    const command = hookFor(this.settings.hooks, view.role);
    if (command === undefined) return;
    this.#outlet.ports.hooks.run(command, {
      event: view.role,
      router: view.name,
      vrid: view.vrid,
      interfaceName: view.interfaceName,
      from,
      to: view.role,
      reason: reason.text,
      reasonCode: reason.code,
      priority: view.priority,
      addresses: view.addresses,
      routerId: this.settings.routerId,
    });
  }

  #limit(event: MailLimiterEvent): void {
    const { mailLimit, routerId } = this.settings;
    if (mailLimit === undefined) return;
    const now = this.#outlet.ports.clock.now();
    const step = stepMailLimiter({ ...mailLimit, routerId }, this.#limiter, event, now);
    this.#limiter = step.state;
    for (const action of step.actions) {
      if (action.type === "send-mail") this.#outlet.ports.mail.send(action.mail);
      else performTimer(this.#outlet, "reporter", action);
    }
  }
}

function hookFor(hooks: HookSettings, role: Role): readonly string[] | undefined {
  return role === "initialize" ? undefined : hooks[role];
}
