import * as z from "zod";

import { list, text } from "./fields.ts";

/** Statuses of HTTP from the first to the last, both included. */
export interface StatusRange {
  readonly first: number;
  readonly last: number;
}

const acceptedStatus = "a status or a range within 100 to 599, such as 204 or 200-399";

const statusSchema = z
  .union(
    [
      z.int(acceptedStatus).min(100, acceptedStatus).max(599, acceptedStatus),
      z.string(acceptedStatus).regex(/^[1-5]\d\d-[1-5]\d\d$/, acceptedStatus),
    ],
    acceptedStatus,
  )
  .refine((value) => parseStatus(value).first <= parseStatus(value).last, acceptedStatus)
  .transform(parseStatus);

function parseStatus(value: number | string): StatusRange {
  const [first = 0, last = first] = String(value).split("-").map(Number);
  return { first, last };
}

/** Statuses that count as an answer, single or as ranges. */
export function statuses() {
  return list(statusSchema, 1, 20);
}

const acceptedUrl = "a URL that starts with http:// or https://, without user";

export function httpUrl() {
  return text(acceptedUrl, /^https?:\/\/[^\s@]{1,2000}$/).refine(
    (url) => URL.canParse(url),
    acceptedUrl,
  );
}
