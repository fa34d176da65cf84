import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { instant } from "#base/time.ts";
import { line } from "#console/line.ts";
import type { Screen } from "#console/screen.ts";
import { createLogView, createScreenView } from "#console/views.ts";

const size = { rows: 25, columns: 80 };

function screen(text: string, material = text): Screen {
  return {
    title: line("gw1"),
    summary: line("web: ACTIVE"),
    sections: [[line(text, "bad", material)]],
  };
}

const at = (seconds: number) => instant(seconds * 1000);

describe("a screen", () => {
  test("is drawn in place: home, each line cleared to its end, then the rest", () => {
    const text = createScreenView().update(screen("no carrier"), at(0), size) ?? "";
    assert.equal(
      text,
      "\u001b[?25l\u001b[0m\u001b[Hgw1\u001b[K\r\n\u001b[K\r\n\u001b[1;31mno carrier\u001b[0m\u001b[K\u001b[J",
    );
  });

  test("is drawn again when it changed, and each half minute over what the kernel wrote", () => {
    const view = createScreenView();
    assert.ok(view.update(screen("a"), at(0), size));
    assert.equal(view.update(screen("a"), at(2), size), undefined);
    assert.ok(view.update(screen("b"), at(4), size));
    assert.equal(view.update(screen("b"), at(32), size), undefined);
    assert.ok(view.update(screen("b"), at(34), size));
  });

  test("is drawn again after a write that was lost", () => {
    const view = createScreenView();
    view.update(screen("a"), at(0), size);
    view.forget();
    assert.ok(view.update(screen("a"), at(2), size));
  });
});

describe("a log", () => {
  test("is a block of plain lines", () => {
    const text = createLogView().update(screen("no carrier"), at(0), size);
    assert.equal(text, "\n---- gatepair ----\ngw1\n\nno carrier\n----\n");
  });

  test("gets no block while only figures tick", () => {
    const view = createLogView();
    assert.ok(view.update(screen("for 1 s", "ACTIVE"), at(0), size));
    assert.equal(view.update(screen("for 999 s", "ACTIVE"), at(999), size), undefined);
    assert.ok(view.update(screen("for 1 s", "BACKUP"), at(1001), size));
  });

  test("gets a block at most each 2 s, the last state in any case", () => {
    const view = createLogView();
    assert.ok(view.update(screen("a"), at(0), size));
    assert.equal(view.update(screen("b"), at(1), size), undefined);
    assert.match(view.update(screen("c"), at(2), size) ?? "", /^c$/m);
  });
});
