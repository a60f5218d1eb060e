import { recordUrlOf } from "../../../settings/product.ts";
import { inProductsName } from "./in-products-name.ts";
import { objectUrl } from "./object-url.ts";
import {
  accountHelp,
  approvalRow,
  claimRow,
  problemRow,
} from "./attention-rows.ts";
import { notPermitted, pullButton, pushButton, syncButton } from "./buttons.ts";
import type { HeldRow, JournalRow, SyncView } from "./card-view.ts";
import { checkRows } from "./check-rows.ts";
import { changeRows, mappingOf, wordsOf } from "./change-rows.ts";
import { fieldRows } from "./field-rows.ts";
import type { AttentionFacts, JournalFacts } from "../../preview/load-facts.ts";
import type { CardData } from "../../preview/read-card.ts";
import {
  labelOf,
  nameOf,
  shownField,
  shownProperty,
} from "../../values/shown-text.ts";
import { standingOf } from "./status.ts";
import { versionOf } from "./version.ts";

const mostFields = 50;
const mostHeld = 50;
const mostProblems = 25;

/** Returns what the card shows, in sentences and in the product's name. Its size is limited, whatever the pair's. Pure. */
export function show(look: CardData): SyncView {
  const { facts, reading, record, objectId, objectType, rules } = look;
  const fields =
    reading === null
      ? []
      : fieldRows(
          rules,
          reading.pair,
          {
            pull: reading.pull.decision,
            push: reading.push.decision,
            automatic: reading.automatic.hubspot,
          },
          wordsOf(look),
        );
  const isProblem = ({ kind }: AttentionFacts): boolean => kind === "problem";
  const ofPair = facts.attention.filter(isProblem);
  // A change that needs approval with many others has no field; it is one of the approvals.
  const held = facts.attention.filter(
    (entry) => !isProblem(entry) && entry.field !== "",
  );
  const rowOf = (entry: AttentionFacts) => problemRow(look, entry);
  const problems = [
    ...ofPair.map(rowOf),
    ...facts.claims.map((claim) => claimRow(look, claim)),
    ...facts.account.filter(isProblem).map(rowOf),
  ];
  const { productName, recordUrl } = rules.settings;
  const buttons = {
    sync: syncButton(look),
    pull: pullButton(look),
    push: pushButton(look),
  };
  return inProductsName({
    ...standingOf(look, fields),
    help: accountHelp(look),
    checks: checkRows(look, buttons),
    version: versionOf(look),
    objectType,
    productName,
    record:
      record === null
        ? null
        : {
            id: record.id,
            name: nameOf(record.properties, record.id),
            url: recordUrlOf(recordUrl, objectType, record.id),
          },
    object:
      objectId === null
        ? null
        : { id: objectId, url: objectUrl(look, objectId) },
    lastPull: moment(facts.link?.pulledAt, facts.link?.pulledBy),
    lastPush: moment(facts.link?.pushedAt, facts.link?.pushedBy),
    fields: fields.slice(0, mostFields),
    moreFields: Math.max(0, fields.length - mostFields),
    ...buttons,
    problem: problems.find((_, place) => place < ofPair.length) ?? null,
    problems: problems.slice(0, mostProblems),
    moreProblems: Math.max(0, problems.length - mostProblems),
    approvals: facts.account
      .filter(({ kind }) => kind === "held")
      .map((entry) => approvalRow(look, entry)),
    held: held.slice(0, mostHeld).map((entry) => heldRow(look, entry)),
    moreHeld: Math.max(0, held.length - mostHeld),
    unpermitted: {
      push: notPermitted(look, "push")?.reason ?? null,
      pull: notPermitted(look, "pull")?.reason ?? null,
    },
    duplicates: facts.duplicates.map(({ id, properties, objectId: other }) => ({
      id,
      name: nameOf(properties, id),
      url: other === null ? null : objectUrl(look, other),
    })),
    journal: facts.journal.map((line) => journalRow(look, line)),
    setup: setupOf(look),
    run: facts.run,
  });
}

const moment = (
  at: Date | null | undefined,
  by: string | null | undefined,
): SyncView["lastPull"] =>
  at === null || at === undefined
    ? null
    : { at: at.toISOString(), by: by ?? "" };

function heldRow(
  look: CardData,
  { id, field, details }: AttentionFacts,
): HeldRow {
  const base = (details["base"] ?? {}) as {
    workspace?: unknown;
    hubspot?: unknown;
  };
  const mapping = mappingOf(look, field);
  const words = wordsOf(look);
  return {
    id,
    field,
    label: labelOf(
      look.objectType,
      look.rules,
      field,
      mapping?.property ?? field,
    ),
    base: {
      workspace: shownField(mapping, base.workspace, words),
      hubspot: shownProperty(mapping, base.hubspot, words),
    },
    workspace: shownField(mapping, details["workspace"], words),
    hubspot: shownProperty(mapping, details["hubspot"], words),
  };
}

function journalRow(look: CardData, line: JournalFacts): JournalRow {
  return {
    id: line.id,
    at: line.at.toISOString(),
    action: line.action,
    source: line.source,
    by: line.by === "" ? line.source : line.by,
    // The changes already say which values changed, and on which side.
    reason:
      line.code === "updated" && line.changes.length > 0 ? "" : line.reason,
    changes: changeRows(
      look,
      line.changes.filter(({ before, after }) => before !== after),
    ),
  };
}

function setupOf({ installation, facts }: CardData): SyncView["setup"] {
  if (installation.state === "setting-up")
    return { endsAt: installation.windowEndsAt.toISOString(), progress: null };
  return installation.state === "first-pull"
    ? { endsAt: null, progress: facts.firstPull }
    : null;
}
