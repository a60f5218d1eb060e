import type { ObjectId } from "../../settings/object-type.ts";
import type { FieldChange } from "../model.ts";
import { objectPage } from "../object-page.ts";
import { pullButton, pushButton } from "./buttons.ts";
import type {
  ChangeRow,
  HeldRow,
  JournalRow,
  ProblemRow,
  SyncView,
} from "./card-view.ts";
import { fieldRows } from "./field-rows.ts";
import type { AttentionFacts, JournalFacts } from "./load-facts.ts";
import type { Look } from "./look.ts";
import { labelOf, nameOf, shownField, shownProperty } from "./shown-text.ts";
import type { Words } from "./shown-text.ts";
import { statusOf } from "./status.ts";
import { versionOf } from "./version.ts";

const mostFields = 50;
const mostHeld = 50;

/** A look put into words: what the card draws. Bounded, whatever the size of the pair. Pure. */
export function show(look: Look): SyncView {
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
  return {
    ...statusOf(look, fields),
    version: versionOf(look),
    objectType,
    record:
      record === null
        ? null
        : { id: record.id, name: nameOf(record.properties, record.id) },
    object:
      objectId === null
        ? null
        : { id: objectId, url: objectUrl(look, objectId) },
    lastPull: moment(facts.link?.pulledAt, facts.link?.pulledBy),
    lastPush: moment(facts.link?.pushedAt, facts.link?.pushedBy),
    fields: fields.slice(0, mostFields),
    moreFields: Math.max(0, fields.length - mostFields),
    pull: pullButton(look),
    push: pushButton(look),
    problem: problemRow(look),
    held: facts.attention
      // What waits with many others is not decided on here: it has no field.
      .filter(({ kind, field }) => kind === "held" && field !== "")
      .slice(0, mostHeld)
      .map((entry) => heldRow(look, entry)),
    duplicates: facts.duplicates.map(({ id, properties, objectId: other }) => ({
      id,
      name: nameOf(properties, id),
      url: other === null ? null : objectUrl(look, other),
    })),
    journal: facts.journal.map((line) => journalRow(look, line)),
    setup: setupOf(look),
    run: facts.run,
  };
}

/** The address of an object's page in HubSpot. */
function objectUrl(look: Look, objectId: ObjectId): string {
  return objectPage(
    look.installation.account["uiDomain"],
    look.portalId,
    look.objectType,
    objectId,
  );
}

const wordsOf = ({ rules, facts }: Look): Words => ({
  owners: rules.owners,
  options: facts.options,
});

const moment = (
  at: Date | null | undefined,
  by: string | null | undefined,
): SyncView["lastPull"] =>
  at === null || at === undefined
    ? null
    : { at: at.toISOString(), by: by ?? "" };

function problemRow(look: Look): ProblemRow | null {
  const problem = look.facts.attention.find(({ kind }) => kind === "problem");
  if (problem === undefined) return null;
  const button =
    problem.initiator === "workspace" ? pushButton(look) : pullButton(look);
  // What decide says of a press is no reason against a retry; what stops everything is.
  const stopped = standsStill(look) ? button.reason : null;
  const { correlationId } = problem.details;
  return {
    id: problem.id,
    code: problem.code,
    cause: problem.cause,
    fix: problem.fix,
    since: problem.createdAt.toISOString(),
    attempts: problem.tries,
    correlationId: typeof correlationId === "string" ? correlationId : null,
    retry: { allowed: stopped === null, reason: stopped },
  };
}

/** Nothing of this portal moves just now, or HubSpot cannot be read. */
const standsStill = ({ reading }: Look): boolean => reading === null;

function heldRow(look: Look, { id, field, details }: AttentionFacts): HeldRow {
  const base = (details["base"] ?? {}) as {
    workspace?: unknown;
    hubspot?: unknown;
  };
  const mapping = mappingOf(look, field);
  const words = wordsOf(look);
  return {
    id,
    field,
    label: labelOf(look.rules, field, mapping?.property ?? field),
    base: {
      workspace: shownField(mapping, base.workspace, words),
      hubspot: shownProperty(mapping, base.hubspot, words),
    },
    workspace: shownField(mapping, details["workspace"], words),
    hubspot: shownProperty(mapping, details["hubspot"], words),
  };
}

const mappingOf = ({ rules, objectType }: Look, field: string) =>
  rules.settings[objectType].mappings.find((one) => one.field === field);

function journalRow(look: Look, line: JournalFacts): JournalRow {
  return {
    id: line.id,
    at: line.at.toISOString(),
    action: line.action,
    source: line.source,
    by: line.by === "" ? line.source : line.by,
    // Which values moved, and which way, is what the changes say.
    reason:
      line.code === "updated" && line.changes.length > 0 ? "" : line.reason,
    changes: changeRows(
      look,
      line.changes.filter(({ before, after }) => before !== after),
    ),
  };
}

/** Changes with HubSpot's own labels, options and companies by their names. */
export function changeRows(
  look: Look,
  changes: readonly FieldChange[],
): ChangeRow[] {
  return changes.map(({ field, property, side, before, after }) => {
    const shown = (value: unknown): string | null => {
      if (field === "company_id" && typeof value === "string") {
        const named = look.facts.companyNames.get(value);
        return named === undefined ? value : nameOf(named, value);
      }
      const mapping = mappingOf(look, field);
      return side === "hubspot"
        ? shownProperty(mapping, value, wordsOf(look))
        : shownField(mapping, value, wordsOf(look));
    };
    return {
      field,
      label: labelOf(look.rules, field, property),
      side,
      before: shown(before),
      after: shown(after),
    };
  });
}

function setupOf({ installation, facts }: Look): SyncView["setup"] {
  if (installation.state === "setting-up")
    return { endsAt: installation.windowEndsAt.toISOString(), progress: null };
  return installation.state === "first-pull"
    ? { endsAt: null, progress: facts.firstPull }
    : null;
}
