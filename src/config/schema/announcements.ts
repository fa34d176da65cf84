import { duration, section, wholeNumber } from "./fields.ts";

export const announcementsSchema = section({
  rounds: wholeNumber(1, 20)
    .default(5)
    .describe("Gratuitous ARPs for each address when it is taken over, 1 to 20"),
  repeat_delay: duration("0s", "60s")
    .prefault("5s")
    .describe(
      "Until they are sent once more, for switches that were busy, and it is asked whether another host answers for them; 0s to 60s, 0s: never",
    ),
  refresh_interval: duration("0s", "24h")
    .prefault("60s")
    .describe(
      "Between single ones from then on, against tables that forget a quiet address; 0s to 24h, 0s: none",
    ),
});
