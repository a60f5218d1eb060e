import { describe } from "vitest";
import {
  decisionRows,
  ended,
  onlyCustomers,
  pullOff,
} from "./decision-rows.ts";
import { automaticPull, manualPull, object } from "./situation.ts";

describe("an object without a record", () => {
  const fresh = { object: object({ email: "ann@example.com" }) };
  decisionRows([
    [
      "is created here",
      { pair: fresh, trigger: automaticPull },
      "created created_in_workspace; create record; create link",
    ],
    [
      "not while automatic pull is off",
      { pair: fresh, trigger: automaticPull, automatic: pullOff },
      "skipped automatic_pull_off",
    ],
    [
      "by hand also while automatic pull is off",
      { pair: fresh, trigger: manualPull, automatic: pullOff },
      "created created_in_workspace; create record; create link",
    ],
    [
      "not where a condition is unmet",
      { pair: fresh, trigger: automaticPull, contact: onlyCustomers },
      "skipped not_in_scope",
    ],
    [
      "a person's pull overrides the conditions",
      { pair: fresh, trigger: manualPull, contact: onlyCustomers },
      "created created_in_workspace; create record; create link",
    ],
    [
      "not without a company where one is required",
      {
        pair: fresh,
        trigger: automaticPull,
        contact: { requireCompany: true },
      },
      "skipped no_company",
    ],
    [
      "its record was deleted here: not created again by itself",
      {
        pair: { ...fresh, link: ended("record-deleted") },
        trigger: automaticPull,
      },
      "skipped link_ended",
    ],
    [
      "its record was deleted here: a person may pull it again",
      {
        pair: { ...fresh, link: ended("record-deleted") },
        trigger: manualPull,
      },
      "created created_in_workspace; create record; create link",
    ],
    [
      "was erased for privacy: nobody brings it back",
      { pair: { ...fresh, link: ended("purged") }, trigger: manualPull },
      "skipped purged",
    ],
    [
      "an archived one is nothing",
      {
        pair: { object: object({}, { archived: true }) },
        trigger: automaticPull,
      },
      "unchanged nothing_there",
    ],
  ]);
});
