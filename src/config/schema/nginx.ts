import * as z from "zod";

import { milliseconds } from "#base/time.ts";

import { absolutePath, choice, duration, section, wholeNumber } from "./fields.ts";
import { httpUrl, statuses } from "./http.ts";

const defaultProbeTimeout = 1000;

const probeSchema = section({
  url: httpUrl()
    .default("http://127.0.0.1/")
    .describe("What to ask for; an answer on the virtual address would come from the Active host"),
  interval: duration("100ms", "1m")
    .prefault("1s")
    .describe("From one probe to the next, 100ms to 1m"),
  timeout: duration("10ms", "1m")
    .optional()
    .describe(
      "Longest wait for an answer, at most the interval; by default the interval or 1s, whichever is shorter",
    ),
  fall: wholeNumber(1, 100)
    .default(3)
    .describe("Failed probes in a row until nginx counts as failed, 1 to 100"),
  rise: wholeNumber(1, 100)
    .default(1)
    .describe("Good probes in a row until nginx counts as healthy again, 1 to 100"),
  expect_status: statuses()
    .prefault(["100-599"])
    .describe(
      "Statuses that count as an answer, single or as ranges; by default any, because nginx then lives",
    ),
}).transform((probe) => ({
  ...probe,
  timeout: probe.timeout ?? milliseconds(Math.min(defaultProbeTimeout, probe.interval)),
}));

export const nginxSchema = section({
  config: absolutePath()
    .default("/etc/nginx/nginx.conf")
    .describe("The configuration file of nginx, absolute"),
  binary: absolutePath().default("/usr/sbin/nginx").describe("The nginx program, absolute"),
  run_on: choice("always", "active")
    .default("always")
    .describe("Run nginx always, or only while this host is Active"),
  on_exit: choice("restart", "failover")
    .default("restart")
    .describe(
      "When nginx exits: restart it at once, or give up the Active role and wait for the operator",
    ),
  probe: z
    .union(
      [choice("none"), probeSchema],
      "none or a map of url, interval, timeout, fall, rise, expect_status",
    )
    .prefault({})
    .describe(
      "HTTP request that notices an nginx that lives but does not answer; none switches it off",
    ),
  restart_attempts: wholeNumber(1, 100)
    .default(5)
    .describe("Restarts within restart_window until nginx counts as failed, 1 to 100"),
  restart_window: duration("1s", "1h")
    .prefault("10s")
    .describe("The span over which restarts are counted, 1s to 1h"),
  retry_hold: duration("1s", "1h")
    .prefault("30s")
    .describe("Wait after nginx could not be kept up, until the next attempt, 1s to 1h"),
  stop_timeout: duration("100ms", "5m")
    .prefault("10s")
    .describe("Time for nginx to finish its requests before it is killed, 100ms to 5m"),
});
