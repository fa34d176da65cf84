import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { milliseconds, seconds } from "#base/time.ts";
import { advertisement, Driven, ip } from "../support/vrrp-fixtures.ts";

const takeOver = [
  "add-addresses",
  "advertise 100",
  "announce",
  "arm advertisement 1000",
  "arm announcement 5000",
  "arm refresh 60000",
  "backup -> active",
];

describe("in Initialize", () => {
  test("Startup waits for the Active_Down_Interval as Backup", () => {
    const router = new Driven().startup();
    assert.deepEqual(router.words(), ["arm active-down 3609.375", "initialize -> backup"]);
  });

  test("a fault is shown as such, and sends nothing", () => {
    const router = new Driven().post({ type: "fault", text: "eth0 is down" });
    assert.deepEqual(router.words(), ["initialize -> fault"]);
    assert.equal(router.state.reason.text, "eth0 is down");
  });

  test("Advertisements change nothing", () => {
    assert.deepEqual(new Driven().hear({ priority: 200 }).words(), []);
  });
});

describe("as Active after a Backup that learned another interval", () => {
  const learned = () =>
    new Driven()
      .startup()
      .hear({ priority: 200, interval: milliseconds(10) })
      .fire("active-down");

  test("counts its own interval, not the one of the router before it, as a stall", () => {
    const router = learned().fire("advertisement");
    assert.deepEqual(router.words(), ["advertise 100", "arm advertisement 1000"]);
  });

  test("gives those who come after the hand-over its own interval's time", () => {
    const router = learned().post({ type: "yield", text: "asked" });
    assert.ok(router.words().includes("arm active-down 3609.375"), router.words().join());
  });
});

describe("as Backup", () => {
  test("silence for the Active_Down_Interval: addresses first, then the Advertisement", () => {
    const router = new Driven().startup().fire("active-down");
    assert.deepEqual(router.words(), takeOver);
    assert.equal(router.state.reason.code, "active-router-silent");
  });

  test("an equal or higher priority restarts the timer", () => {
    const router = new Driven().startup();
    router.now = 1000;
    assert.deepEqual(router.hear({ priority: 100 }).words(), ["arm active-down 3609.375"]);
    assert.equal(router.state.due, 4609.375);
  });

  test("version 3 adopts the interval of the Active Router, version 2 does not meet another", () => {
    const router = new Driven().startup().hear({ priority: 200, interval: milliseconds(100) });
    assert.deepEqual(router.words(), ["arm active-down 360.9375"]);
  });

  test("a lower priority is discarded: the timer runs on, and we preempt", () => {
    const router = new Driven().startup();
    router.now = 3600;
    assert.deepEqual(router.hear({ priority: 99 }).words(), []);
    router.fire("active-down");
    assert.deepEqual(router.words(), takeOver);
    assert.equal(router.state.reason.code, "higher-priority");
  });

  test("a lower priority is obeyed with Preempt_Mode off", () => {
    const router = new Driven({ preemptMode: false }).startup().hear({ priority: 1 });
    assert.deepEqual(router.words(), ["arm active-down 3609.375"]);
  });

  test("priority 0 shortens the wait to Skew_Time", () => {
    const router = new Driven().startup().hear({ priority: 0 });
    assert.deepEqual(router.words(), ["arm active-down 609.375"]);
    router.fire("active-down");
    assert.equal(router.state.reason.code, "active-router-resigned");
  });

  test("a timer that was armed anew since does nothing when it fires", () => {
    const router = new Driven().startup();
    const generation = router.state.timers["active-down"] ?? 0;
    router.hear({ priority: 200 });
    router.post({ type: "timer-fired", timer: "active-down", generation });
    assert.deepEqual(router.words(), []);
    assert.equal(router.state.role, "backup");
  });

  test("after standing still it listens for one interval before it takes over", () => {
    const router = new Driven().startup().fire("active-down", 1001);
    assert.deepEqual(router.words(), ["arm active-down 1609.375"]);
    router.fire("active-down");
    assert.deepEqual(router.words(), takeOver);
  });

  test("listens once: late again, as on a busy machine, it takes over", () => {
    const router = new Driven().startup().fire("active-down", 1001).fire("active-down", 1001);
    assert.deepEqual(router.words(), takeOver);
  });

  test("that was heard from meanwhile listens again after the next stall", () => {
    const router = new Driven().startup().fire("active-down", 1001).hear({ priority: 200 });
    router.fire("active-down", 1001);
    assert.equal(router.state.role, "backup");
  });

  test("a fault or a stop sends nothing", () => {
    const fault = new Driven().startup().post({ type: "fault", text: "nginx failed" });
    assert.deepEqual(fault.words(), ["cancel active-down", "backup -> fault"]);
    const stop = new Driven().startup().post({ type: "shutdown", text: "stopped" });
    assert.deepEqual(stop.words(), ["cancel active-down", "backup -> initialize"]);
  });
});

describe("as Active", () => {
  test("the Advertisement is repeated each interval", () => {
    const router = new Driven().toActive().fire("advertisement");
    assert.deepEqual(router.words(), ["advertise 100", "arm advertisement 1000"]);
  });

  test("gratuitous ARP is repeated once, five seconds later", () => {
    const router = new Driven().toActive().fire("announcement");
    assert.deepEqual(router.words(), ["announce", "probe-addresses"]);
    assert.equal(router.state.timers.announcement, undefined);
  });

  const yieldsTo = [
    "advertise 100",
    "cancel advertisement",
    "cancel announcement",
    "cancel refresh",
    "remove-addresses",
    "arm active-down 3609.375",
    "active -> backup",
  ];

  test("a higher priority takes the role, after one last Advertisement that makes it announce", () => {
    const router = new Driven().toActive().hear({ priority: 101 });
    assert.deepEqual(router.words(), yieldsTo);
    assert.equal(router.state.reason.code, "higher-priority");
  });

  test("equal priorities: the higher address stays, compared as unsigned numbers", () => {
    const lose = new Driven().toActive().hear({ priority: 100 }, ip("200.0.0.1"));
    assert.deepEqual(lose.words(), yieldsTo);
    const win = new Driven().toActive().hear({ priority: 100 }, ip("9.255.255.255"));
    assert.equal(win.state.role, "active");
  });

  test("it says no last word to a slower router, whose interval the others have just learned", () => {
    const slower = { priority: 200, interval: seconds(4) };
    assert.equal(new Driven().toActive().hear(slower).words()[0], "cancel advertisement");
    const faster = { priority: 200, interval: milliseconds(100) };
    assert.equal(new Driven().toActive().hear(faster).words()[0], "advertise 100");
  });

  test("an equal priority on another leg than the first is for the first to decide", () => {
    const router = new Driven().toActive().post({
      type: "advertisement",
      advertisement: advertisement(),
      source: ip("200.0.0.1"),
      localAddress: undefined,
    });
    assert.deepEqual(router.words(), ["two-active"]);
    assert.equal(router.state.role, "active");
  });

  test("a lower priority is answered at once, with gratuitous ARP", () => {
    const router = new Driven().toActive().hear({ priority: 99 });
    assert.deepEqual(router.words(), [
      "two-active",
      "advertise 100",
      "announce",
      "arm advertisement 1000",
    ]);
  });

  test("a flood of lower priorities is answered once an interval", () => {
    const router = new Driven().toActive().hear({ priority: 99 });
    assert.deepEqual(router.hear({ priority: 99 }).words(), ["two-active"]);
    router.now += 1000;
    assert.equal(router.hear({ priority: 99 }).words().length, 4);
  });

  test("a lower priority that came too soon for an answer is answered with the next Advertisement", () => {
    const router = new Driven().toActive().hear({ priority: 99 });
    router.now += 1;
    router.hear({ priority: 99 });
    const answer = ["advertise 100", "announce", "arm advertisement 1000"];
    assert.deepEqual(router.fire("advertisement").words(), answer);
    assert.deepEqual(router.fire("advertisement").words(), [answer[0], answer[2]]);
  });

  test("priority 0 of another is answered with an Advertisement", () => {
    const router = new Driven().toActive().hear({ priority: 0 });
    assert.deepEqual(router.words(), ["advertise 100", "arm advertisement 1000"]);
  });

  test("priority 0 is answered at once right after a lower priority was", () => {
    const router = new Driven().toActive().hear({ priority: 99 }).hear({ priority: 0 });
    assert.deepEqual(router.words(), ["advertise 100", "arm advertisement 1000"]);
  });

  test("priority 0 soon after an answer brings the next Advertisement forward, in time for Backups", () => {
    const router = new Driven().toActive().hear({ priority: 0 });
    router.now += 10;
    assert.deepEqual(router.hear({ priority: 0 }).words(), ["arm advertisement 294.6875"]);
    assert.deepEqual(router.hear({ priority: 0 }).words(), []);
    assert.deepEqual(router.fire("advertisement").words(), [
      "advertise 100",
      "arm advertisement 1000",
    ]);
    assert.deepEqual(router.hear({ priority: 0 }).words(), ["arm advertisement 304.6875"]);
  });

  test("of version 2, whose Skew_Time knows no interval, it comes in time as well", () => {
    const router = new Driven({ version: 2, advertisementInterval: seconds(60) });
    router.toActive().hear({ priority: 0 }).hear({ priority: 0 });
    assert.deepEqual(router.words(), ["arm advertisement 304.6875"]);
  });

  for (const { priority, interval, most } of [
    { priority: 100, interval: 1000, most: 34 },
    { priority: 254, interval: 1000, most: 1001 },
    { priority: 100, interval: 10, most: 1001 },
    { priority: 100, interval: 40_000, most: 1 },
  ]) {
    const who = `priority ${priority} at ${interval} ms`;
    test(`10 s of priority 0 each millisecond: ${who} answers ${most} times at most`, () => {
      const advertisementInterval = milliseconds(interval);
      const router = new Driven({ priority, advertisementInterval }).toActive();
      let sent = 0;
      const count = () => {
        sent += router.actions.filter(({ type }) => type === "send-advertisement").length;
      };
      for (const end = router.now + 10_000; router.now < end; router.now++) {
        if (router.state.due <= router.now) {
          const late = router.now - router.state.due;
          router.fire("advertisement", late);
          count();
        }
        router.hear({ priority: 0 });
        count();
      }
      assert.ok(sent <= most, `${sent} sent`);
    });
  }

  for (const [event, to] of [
    ["fault", "fault"],
    ["shutdown", "initialize"],
  ] as const) {
    test(`${event} removes the addresses and says priority 0`, () => {
      const router = new Driven().toActive().post({ type: event, text: "why" });
      assert.deepEqual(router.words(), [
        "cancel advertisement",
        "cancel announcement",
        "cancel refresh",
        "remove-addresses",
        "advertise 0",
        `active -> ${to}`,
      ]);
    });
  }

  test("a lowered priority is what the next Advertisement carries", () => {
    const router = new Driven().toActive().post({ type: "priority", priority: 97 });
    assert.deepEqual(router.fire("advertisement").words(), [
      "advertise 97",
      "arm advertisement 1000",
    ]);
  });

  test("after standing still it hears as a Backup Router does, and answers nobody", () => {
    const router = new Driven({ preemptMode: false }).toActive();
    router.now += 4000;
    assert.deepEqual(router.hear({ priority: 99 }).words(), [
      "cancel advertisement",
      "cancel announcement",
      "cancel refresh",
      "remove-addresses",
      "arm active-down 1609.375",
      "active -> backup",
      "arm active-down 3609.375",
    ]);
    assert.equal(router.state.reason.code, "stalled");
  });

  test("a look at the time changes nothing, unless it stood still", () => {
    const router = new Driven().toActive().post({ type: "look" });
    assert.deepEqual(router.words(), []);
    router.now += 4000;
    assert.equal(router.post({ type: "look" }).state.role, "backup");
  });

  test("after standing still longer than a lease lives it gives up, and sends nothing", () => {
    const router = new Driven().toActive().fire("advertisement", 2001);
    assert.deepEqual(router.words(), [
      "cancel announcement",
      "cancel refresh",
      "remove-addresses",
      "arm active-down 1609.375",
      "active -> backup",
    ]);
    assert.equal(router.state.reason.code, "stalled");
  });

  test("a short delay costs nothing", () => {
    const router = new Driven().toActive().fire("advertisement", 1900);
    assert.deepEqual(router.words(), ["advertise 100", "arm advertisement 1000"]);
  });
});

describe("a hand-over on request", () => {
  const handOver = () => new Driven().toActive().post({ type: "yield", text: "failover" });

  test("gives up the role with priority 0 and stays Backup to lower priorities", () => {
    const router = handOver();
    assert.ok(router.words().includes("advertise 0"));
    assert.equal(router.state.role, "backup");
    assert.deepEqual(router.hear({ priority: 99 }).words(), ["arm active-down 3609.375"]);
  });

  test("ends when the other falls silent", () => {
    const router = handOver().hear({ priority: 99 }).fire("active-down");
    assert.equal(router.state.role, "active");
    assert.equal(router.state.yielded, false);
  });

  test("ends when the operator takes it back", () => {
    const router = handOver().hear({ priority: 99 }).post({ type: "cancel-yield" });
    assert.deepEqual(router.hear({ priority: 99 }).words(), []);
  });
});

test("version 2 at 5 s waits for 15.6 s", () => {
  const router = new Driven({ version: 2, advertisementInterval: seconds(5) }).startup();
  assert.deepEqual(router.words(), ["arm active-down 15609.375", "initialize -> backup"]);
});

describe("with a preempt_delay", () => {
  const delayed = () => new Driven({ preemptDelay: seconds(10) }).startup();

  test("leaves a lower Active in peace for that long, from its first Advertisement on", () => {
    const router = delayed();
    router.now = 3000;
    assert.deepEqual(router.hear({ priority: 50 }).words(), ["arm active-down 3609.375"]);
    router.now = 12_999;
    assert.deepEqual(router.hear({ priority: 50 }).words(), ["arm active-down 3609.375"]);
    router.now = 13_000;
    assert.deepEqual(router.hear({ priority: 50 }).words(), [], "the timer runs on");
    router.now = 16_000;
    router.hear({ priority: 50 });
    assert.equal(router.fire("active-down").state.role, "active");
    assert.equal(router.state.reason.code, "higher-priority");
  });

  test("takes over from one that falls silent meanwhile", () => {
    const router = delayed().hear({ priority: 50 }).fire("active-down");
    assert.equal(router.state.role, "active");
    assert.equal(router.now, 3609.375);
  });

  test("counts anew after a higher one was heard", () => {
    const router = delayed().hear({ priority: 50 });
    router.now = 9000;
    router.hear({ priority: 200 });
    router.now = 10_000;
    assert.deepEqual(router.hear({ priority: 50 }).words(), ["arm active-down 3609.375"]);
  });
});

describe("the owner of the addresses", () => {
  const owner = () => new Driven({ priority: 255 }).startup();

  test("takes the role back from a lower one after it stood still, whatever Preempt_Mode says", () => {
    const router = new Driven({ priority: 255, preemptMode: false }).startup();
    router.now += 4000;
    router.hear({ priority: 254 });
    assert.equal(router.state.role, "backup");
    assert.equal(router.state.due, 4000 + 1000 + 1000 / 256);
    assert.equal(router.fire("active-down").state.role, "active");
  });

  test("is Active at once, and says so", () => {
    assert.deepEqual(owner().words(), [
      "add-addresses",
      "advertise 255",
      "announce",
      "arm advertisement 1000",
      "arm announcement 5000",
      "arm refresh 60000",
      "initialize -> active",
    ]);
  });

  test("finds another one by its Advertisements, and the higher address stays", () => {
    const router = owner().hear({ priority: 255 }, ip("172.16.178.200"));
    assert.equal(router.state.role, "backup");
    assert.equal(owner().hear({ priority: 255 }, ip("172.16.178.1")).state.role, "active");
  });
});

describe("announcements", () => {
  test("are refreshed by one round an interval, for as long as it is Active", () => {
    const router = new Driven().toActive();
    assert.deepEqual(router.fire("refresh").words(), ["announce", "arm refresh 60000"]);
    assert.ok(router.hear({ priority: 200 }).words().includes("cancel refresh"));
  });

  test("are neither repeated nor refreshed when not wanted", () => {
    const announcements = { rounds: 1, repeatDelay: seconds(0), refreshInterval: seconds(0) };
    const words = new Driven({ announcements }).toActive().words();
    assert.deepEqual(
      words.filter((word) => word.startsWith("arm")),
      ["arm advertisement 1000"],
    );
  });
});

test("as many Advertisements may be lost as configured", () => {
  const router = new Driven({ lossCount: 10 }).startup();
  assert.deepEqual(router.words(), ["arm active-down 10609.375", "initialize -> backup"]);
});

test("preempt: false leaves an equal and a lower incumbent alone, but not one that resigns", () => {
  const router = new Driven({ preemptMode: false }).startup();
  for (const priority of [100, 50]) {
    assert.deepEqual(router.hear({ priority }).words(), ["arm active-down 3609.375"]);
  }
  assert.deepEqual(router.hear({ priority: 0 }).words(), ["arm active-down 609.375"]);
});

test("with a loss_count of 1 an Advertisement that is a little late is no stall", () => {
  const router = new Driven({ lossCount: 1, priority: 254 }).toActive();
  assert.equal(router.fire("advertisement", 900).state.role, "active");
  assert.equal(router.fire("advertisement", 1001).state.role, "backup");
});
