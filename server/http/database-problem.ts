import { outageOf } from "../database/outage.ts";
import type { Outage } from "../database/outage.ts";
import { Problem } from "./problem.ts";

/** Seconds until a request is worth another try: longer than most restarts, or than others' work. */
const RETRY_AFTER: Readonly<Record<Outage, string>> = {
  unavailable: "5",
  busy: "2",
  locked: "2",
};

const sentences: Readonly<Record<Outage, string>> = {
  unavailable:
    "Counterpart's database isn't available, so your request may not have gone through. Try again in a few seconds.",
  busy: "The database is busy with other requests. Try again in a few seconds.",
  locked:
    "Another transaction has locked the records of this request. Try again in a few seconds.",
};

/** Returns what the sender of a request learns of a database that couldn't serve it; null if the error is another. */
export function databaseProblem(error: unknown): Problem | null {
  const outage = outageOf(error);
  return outage === null
    ? null
    : new Problem(
        503,
        `database_${outage}`,
        sentences[outage],
        {},
        {
          "Retry-After": RETRY_AFTER[outage],
        },
      );
}
