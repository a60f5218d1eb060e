import { describe } from "vitest";
import {
  ann,
  dead,
  decisionRows,
  ended,
  pullOff,
  pushOff,
} from "./decision-rows.ts";
import {
  automaticPull,
  link,
  manualPush,
  object,
  record,
  retry,
} from "./situation.ts";
import type { PairParts } from "./situation.ts";

describe("deleting", () => {
  const deletions = { deletionSync: true };
  const gone = (reading: PairParts["reading"]) => ({
    record: record(ann),
    link: link(),
    ...(reading === undefined ? {} : { reading }),
  });
  const kept = link({ keptAt: 10 });
  const recordGone = { record: dead(), object: object(), link: link() };
  const allGone = { record: dead(), link: link() };
  decisionRows([
    [
      "in HubSpot: the record too, where deletions are carried over",
      { pair: gone("archived"), contact: deletions, trigger: automaticPull },
      "updated deleted_in_hubspot; delete record; end link object-deleted",
    ],
    [
      "in HubSpot, by an event and a failed read",
      { pair: gone("deleted-by-event"), contact: deletions },
      "updated deleted_in_hubspot; delete record; end link object-deleted",
    ],
    [
      "in HubSpot, by an archived reading",
      {
        pair: { ...gone(undefined), object: object({}, { archived: true }) },
        contact: deletions,
      },
      "updated deleted_in_hubspot; delete record; end link object-deleted",
    ],
    [
      "in HubSpot: unlinked, where deletions are not carried over",
      { pair: gone("archived") },
      "updated unlinked_by_deletion; end link object-deleted",
    ],
    [
      "in HubSpot: waits while automatic pull is off",
      { pair: gone("archived"), contact: deletions, automatic: pullOff },
      "skipped automatic_pull_off",
    ],
    [
      "missing is no evidence: a problem, and nothing is deleted",
      { pair: gone("missing"), contact: deletions },
      "failed object_missing",
    ],
    [
      "an object that was not asked for says nothing: it is read first",
      { pair: gone("not-asked"), contact: deletions },
      "skipped not_read",
    ],
    [
      "nor is its link ended by a person's push",
      { pair: gone("not-asked"), contact: deletions, trigger: manualPush },
      "skipped not_read",
    ],
    [
      "nor where the record was deleted",
      { pair: { ...allGone, reading: "not-asked" }, contact: deletions },
      "skipped not_read",
    ],
    [
      "a missing one is unlinked by a person's push",
      { pair: gone("missing"), contact: deletions, trigger: manualPush },
      "updated unlinked_missing; end link object-deleted",
    ],
    [
      "a missing one is not unlinked by Retry",
      {
        pair: gone("missing"),
        trigger: { ...retry, bypassConditions: true, manual: true },
      },
      "failed object_missing",
    ],
    [
      "kept by a person's choice: unlinked, and the record stays (7-A2)",
      { pair: { ...gone("archived"), link: kept }, contact: deletions },
      "updated kept_by_choice; end link object-deleted",
    ],
    [
      "kept, and missing without evidence: no problem, and the link stays",
      { pair: { ...gone("missing"), link: kept }, contact: deletions },
      "unchanged kept_by_choice",
    ],
    [
      "kept, and missing: a person's push unlinks it all the same",
      {
        pair: { ...gone("missing"), link: kept },
        contact: deletions,
        trigger: manualPush,
      },
      "updated unlinked_missing; end link object-deleted",
    ],
    [
      "kept and unlinked: not created in HubSpot by a later edit, and it says why",
      {
        pair: {
          record: record(ann),
          link: { ...ended("object-deleted", 10), keptAt: 10 },
        },
        contact: deletions,
      },
      "skipped kept_by_choice",
    ],
    [
      "kept in HubSpot: not created here by a later edit there",
      {
        pair: {
          record: dead(),
          object: object({ email: "ann@example.com" }),
          link: { ...ended("record-deleted", 10), keptAt: 10 },
        },
        contact: deletions,
        trigger: automaticPull,
      },
      "skipped kept_by_choice",
    ],
    [
      "here: the object too, where deletions are carried over, whatever was edited there",
      { pair: recordGone, contact: deletions, trigger: automaticPull },
      "updated deleted_in_workspace; archive object; end link object-deleted",
    ],
    [
      "here: unlinked, where deletions are not carried over",
      { pair: recordGone },
      "updated record_deleted_kept; end link record-deleted",
    ],
    [
      "here: waits while automatic push is off",
      { pair: recordGone, contact: deletions, automatic: pushOff },
      "skipped automatic_push_off",
    ],
    [
      "on both sides ends the link",
      { pair: { ...allGone, reading: "archived" }, contact: deletions },
      "unchanged both_deleted; end link object-deleted",
    ],
    [
      "on both sides, HubSpot's without evidence: it may be back without the record",
      { pair: { ...allGone, reading: "missing" }, contact: deletions },
      "unchanged both_deleted; end link record-deleted",
    ],
  ]);
});

describe("restoring", () => {
  const deletions = { deletionSync: true };
  const back = (deletedAt: number) => ({
    record: dead(deletedAt),
    object: object({ email: "ann@example.com" }),
    link: ended("object-deleted", 10),
  });
  decisionRows([
    [
      "in HubSpot brings back the record that was deleted with it",
      { pair: back(10), contact: deletions, trigger: automaticPull },
      "updated restored; restore record; revive link",
    ],
    [
      "waits while automatic pull is off",
      {
        pair: back(10),
        contact: deletions,
        trigger: automaticPull,
        automatic: pullOff,
      },
      "skipped automatic_pull_off",
    ],
    [
      "does not bring back a record that its product deleted later",
      { pair: back(11), contact: deletions, trigger: automaticPull },
      "skipped link_ended",
    ],
    [
      "does not bring back a record where deletions are not carried over",
      { pair: back(10), trigger: automaticPull },
      "skipped link_ended",
    ],
  ]);
});
