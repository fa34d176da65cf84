import { test } from "node:test";
import fc from "fast-check";
import { tryMany } from "../../support/random-runs.ts";
import { anyCalmLan, anyIncident } from "../../support/simulated-lan/arbitrary.ts";
import { playIncidents } from "../../support/simulated-lan/play.ts";

const incidents = fc.array(anyIncident, { minLength: 1, maxLength: 4 });

test("each loss of the Active Router is made good in time, and no Backup moves the role", (context) => {
  tryMany(context, 30, fc.property(anyCalmLan, incidents, playIncidents));
});
