import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { TransitionNotification, VirtualRouterView } from "#alerts/notification.ts";
import { renderNotification } from "#alerts/notification-mail.ts";
import { milliseconds } from "#base/time.ts";

const router: VirtualRouterView = {
  name: "web",
  vrid: 51,
  interfaceName: "eth0",
  role: "active",
  priority: 100,
  addresses: ["172.16.178.137/32"],
  peer: { address: "172.16.178.138", priority: 99, lastHeardAgo: milliseconds(3610) },
};

const takeover: TransitionNotification = {
  kind: "transition",
  at: "2026-11-22T12:00:00.000Z",
  routerId: "gw1",
  from: "backup",
  router,
  reason: "no advertisement from 172.16.178.138 for 3.61 s",
};

describe("the mail of a notification", () => {
  test("has a subject that says who, what and why", () => {
    assert.equal(
      renderNotification(takeover).subject,
      "[gatepair gw1] web: Backup -> Active: no advertisement from 172.16.178.138 for 3.61 s",
    );
  });

  test("an Active Router does not claim to know that its peer lives", () => {
    const { text } = renderNotification(takeover);
    assert.match(
      text,
      /other host: unknown, a Backup sends nothing; last heard: 172\.16\.178\.138/,
    );
    const lonely = { ...takeover, router: { ...router, peer: undefined } };
    assert.match(renderNotification(lonely).text, /other host: unknown: nothing has been heard/);
  });

  test("a Backup Router says what it hears", () => {
    const { text } = renderNotification({ ...takeover, router: { ...router, role: "backup" } });
    assert.match(
      text,
      /other host: Active when last heard: 172\.16\.178\.138 with priority 99, 3\.61 s ago/,
    );
  });

  test("a condition that is over says after how long", () => {
    const { subject, text } = renderNotification({
      kind: "condition",
      change: "cleared",
      at: takeover.at,
      routerId: "gw1",
      code: "interface-down",
      subject: "eth1",
      text: "interface eth1 is down: no carrier",
      lasted: milliseconds(312_000),
      routers: [router],
    });
    assert.equal(
      subject,
      "[gatepair gw1] interface-down: over: interface eth1 is down: no carrier",
    );
    assert.match(text, /interface-down \(critical\), cleared, after 5 min 12 s/);
    assert.match(text, /this host: {2}Active, priority 100/);
  });

  test("nothing in a reason can add a header or a line", () => {
    const lines = renderNotification(takeover).text.split("\n").length;
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (reason) => {
        const mail = renderNotification({ ...takeover, reason: `x\r\nBcc: a@b\u2028${reason}` });
        assert.doesNotMatch(mail.subject, /[\r\n\u0085\u2028\u2029]/);
        assert.ok(mail.subject.length <= 160);
        assert.equal(mail.text.split("\n").length, lines);
      }),
    );
  });
});
