import { KEPT, keptReason } from "./kept-by-choice.ts";
import { holdMatch } from "./match-to-confirm.ts";
import { EMAIL_UNVERIFIED } from "./unverified-email.ts";
import { decideCreateObject } from "./decide-create-object.ts";
import { decideCreateRecord } from "./decide-create-record.ts";
import { doNothing, nothingThere, skip } from "./decision.ts";
import { FILL_ONLY } from "./fill-only.ts";
import { fit, unread } from "./fit-record.ts";
import { NEWEST_UNKNOWN, newestUnknown } from "./newest.ts";
import { creationOf, mayHaveMadeAnother } from "./earlier-creation.ts";
import {
  bringsBack,
  decideRemoval,
  isOutside,
  outsideStop,
  pipelineOf,
  pipelineSent,
} from "./pipelines.ts";
import { mayFlow, mergeFields, pushStops } from "./three-way-fields.ts";
import type {
  Decision,
  FieldOutcome,
  Pair,
  Properties,
  ReadPair,
  Rules,
  SentValue,
  Trigger,
} from "../model.ts";
import { isBlank, own } from "../values/value.ts";

/**
 * What must happen to one pair, with its reason. Pure: a preview is this without apply, "why?" is this with its
 * reasons shown, and the card shows what this would do next.
 */
export const decide = (rules: Rules, pair: Pair, trigger: Trigger): Decision =>
  fit(pair, decideAnySize(rules, pair, trigger));

function decideAnySize(rules: Rules, pair: Pair, trigger: Trigger): Decision {
  const { record, object, link, objectType } = pair;
  if (link?.state === "purged") {
    return skip(
      "purged",
      "This person's data was permanently deleted and won't be synced again.",
    );
  }
  if (pair.reading === "not-asked") {
    return skip(
      "not_read",
      `This ${objectType} was linked while HubSpot was being read. Counterpart will check it again.`,
    );
  }
  const recordAlive = record !== null && record.deletedAt === null;
  const objectAlive = object !== null && !object.archived;

  if (link?.state === "live") {
    if (isStale(pair))
      return doNothing(
        STALE,
        `Counterpart has already seen a newer version of this ${objectType}.`,
      );
    if (recordAlive && objectAlive) return decideLinked(rules, pair, trigger);
    if (recordAlive) return decideObjectGone(rules, pair, trigger);
    if (objectAlive) return decideRecordGone(rules, pair, trigger);
    // Without evidence the object may be back any time: that must not bring the record back with it.
    return {
      ...doNothing(
        "both_deleted",
        `This ${objectType} was deleted on both sides.`,
      ),
      link: {
        kind: "end",
        state: isDeletedInHubSpot(pair) ? "object-deleted" : "record-deleted",
      },
    };
  }
  if (trigger.appliesMappings === true)
    return doNothing(
      "not_linked",
      `This ${objectType} isn't linked. Changed mappings are only applied to what is.`,
    );
  if (recordAlive && objectAlive)
    return unread(pair) ?? decideLink(rules, pair, trigger);
  if (objectAlive && record !== null && link === null) {
    return {
      ...doNothing(
        "landed_late",
        `HubSpot created this ${objectType} after it was deleted in the workspace. The deletion will follow.`,
      ),
      outcome: "updated",
      link: { kind: "create" },
    };
  }
  if (objectAlive && wasRestored(rules, pair))
    return decideRestoreRecord(rules, pair, trigger);
  if (recordAlive)
    return unread(pair) ?? decideCreateObject(rules, pair, trigger);
  if (objectAlive) return decideCreateRecord(rules, pair, trigger);
  return doNothing("nothing_there", nothingThere(objectType));
}

/** The code of a pair of which HubSpot sent an older version than the one that was last compared. */
export const STALE = "stale";

/** Nothing older wins: a page fetched earlier, or a lagging search index. */
const isStale = ({ object, link }: Pair): boolean =>
  object !== null &&
  typeof link?.seenAt === "number" &&
  object.updatedAt < link.seenAt;

/**
 * Both sides were deleted together, and the object is back: a person restored it in HubSpot. Or the record was removed
 * with its pipeline, and that is selected again. A record that its product deleted after the link had ended stays
 * deleted.
 */
function wasRestored(rules: Rules, pair: Pair): boolean {
  const { record, link, object, objectType } = pair;
  if (
    link === null ||
    object === null ||
    typeof record?.deletedAt !== "number" ||
    record.deletedAt > (link.endedAt ?? 0)
  )
    return false;
  const { settings } = rules;
  return (
    (settings[objectType].deletionSync && link.state === "object-deleted") ||
    bringsBack(settings, objectType, link, object.properties)
  );
}

function decideRestoreRecord(
  rules: Rules,
  { objectType, link }: Pair,
  trigger: Trigger,
): Decision {
  if (!mayFlow(rules, trigger).toWorkspace) {
    return skip(
      "automatic_pull_off",
      "Automatic pull is off. The restoration is pending.",
    );
  }
  return {
    ...doNothing(
      "restored",
      link?.state === "unselected"
        ? `This ${objectType}'s pipeline is selected again, so it was restored in the workspace and linked again.`
        : `This ${objectType} was restored in HubSpot, so it was restored in the workspace and linked again.`,
    ),
    outcome: "updated",
    workspace: { kind: "restore" },
    link: { kind: "revive" },
  };
}

/** Both sides are there and unlinked: the match becomes a link, new or revived, and the fields are merged. */
function decideLink(rules: Rules, pair: Pair, trigger: Trigger): Decision {
  if (pair.conflict !== null) return decideCreateObject(rules, pair, trigger);
  const pending = skip(
    "creation_pending",
    `This ${pair.objectType} is being created in HubSpot and will be linked when HubSpot responds.`,
  );
  if (mayHaveMadeAnother(rules, pair)) return pending;
  const unconfirmed = holdMatch(rules, pair, trigger);
  if (unconfirmed !== null) return unconfirmed;
  const revived = pair.link !== null;
  const decision = decideUpdate(rules, pair, trigger, !revived);
  if (decision.code === WOULD_UNDO) return decision;
  if (mayOverwriteRefused(rules, pair, decision)) return pending;
  const outside = revived ? staysOutside(rules, pair, decision) : null;
  if (outside !== null) return outside;
  return {
    ...decision,
    outcome: "updated",
    code: revived ? "restored" : "linked",
    reason: revived
      ? `This ${pair.objectType} was restored and linked again.`
      : pair.ambiguous.length > 0
        ? `Linked to the ${pair.objectType} in HubSpot with the lowest id. Several matched: ${pair.ambiguous.join(", ")}.`
        : `Linked to the existing ${pair.objectType} in HubSpot.`,
    link: { kind: revived ? "revive" : "create" },
  };
}

/**
 * Whether HubSpot's value would take the place of one that the product has, in an object whose creation a worker of ours
 * is still at. HubSpot may have refused the product's value since the creation was loaded here, and put one of its own
 * there: nobody in HubSpot has chosen that. The next look loads what the worker has stored of it. Without the unique
 * property, the object is known by having, or having had, all that was sent: nothing was refused.
 */
const mayOverwriteRefused = (
  rules: Rules,
  pair: Pair,
  { fields }: Decision,
): boolean =>
  rules.uniqueProperty &&
  creationOf(rules, pair)?.underWay === true &&
  fields.some(
    ({ kind, field }) =>
      kind === "to-workspace" && !isBlank(own(pair.record?.properties, field)),
  );

/**
 * The product took back that a record was removed with its pipeline. It stays without its object unless it moves that to
 * a pipeline that is selected. Null: it's linked again.
 */
function staysOutside(
  rules: Rules,
  pair: Pair,
  revived: Decision,
): Decision | null {
  const { objectType, object } = pair;
  const there = object && pipelineOf(objectType, object.properties);
  return outsideStop(
    rules,
    objectType,
    pipelineSent(objectType, revived) ?? there,
  );
}

/** Linked and alive on both sides: the fields are merged, unless the record leaves with its pipeline. */
function decideLinked(rules: Rules, pair: Pair, trigger: Trigger): Decision {
  const merged = mergeLinked(rules, pair, trigger);
  const staying = fit(pair, merged);
  return isOutside(rules, pair) &&
    merged.code !== WOULD_UNDO &&
    mayFlow(rules, trigger).toWorkspace
    ? decideRemoval(
        rules,
        pair,
        { merged, staying, leaving: decideLeaving(rules, pair, trigger) },
        (fields) => names(rules, fields),
      )
    : staying;
}

/**
 * Returns what is still written of a linked pair that is alive on both sides, before it leaves with its pipeline: not
 * HubSpot's values where the record has no room for them. Pure.
 */
export function decideLeaving(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
): Decision {
  const merged = mergeLinked(rules, pair, trigger);
  if (fit(pair, merged) === merged) return merged;
  const may = { ...mayFlow(rules, trigger), toWorkspace: false };
  const pushing = withoutPulls(trigger);
  return ofFields(rules, pair, mergeFields(rules, pair, pushing, false, may));
}

/** A trigger without a person's choices of HubSpot's values. */
const withoutPulls = ({ resolve = {}, ...trigger }: Trigger): Trigger => ({
  ...trigger,
  resolve: Object.fromEntries(
    Object.entries(resolve).filter(([, side]) => side !== "hubspot"),
  ),
});

/** The fields merged, whatever the pair's pipeline is and whether or not the result fits; a problem if they weren't loaded. */
const mergeLinked = (rules: Rules, pair: Pair, trigger: Trigger): Decision =>
  unread(pair) ?? decideUpdate(rules, pair, trigger, false);

/** Linked, or about to be, and alive on both sides: the fields are merged. */
function decideUpdate(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
  linkIsNew: boolean,
): Decision {
  const fields = mergeFields(rules, pair, trigger, linkIsNew);
  const undone = fields.filter(({ undoes }) => undoes === true);
  if (trigger.manual && trigger.confirmed !== true && undone.length > 0)
    return holdBack(rules, pair, trigger, linkIsNew, names(rules, undone));
  return ofFields(rules, pair, fields);
}

/** The decision that carries out merged fields. */
function ofFields(
  rules: Rules,
  pair: Pair,
  fields: readonly FieldOutcome[],
): Decision {
  const workspace = workspaceUpdate(fields);
  const sent = sentValues(pair, fields);
  const held = fields.filter((field) => field.kind === "held");
  const writes = workspace.kind === "update" || Object.keys(sent).length > 0;
  return {
    outcome: writes ? "updated" : held.length > 0 ? "held" : "unchanged",
    code: writes ? "updated" : held.length > 0 ? "conflict_held" : "unchanged",
    reason: writes
      ? describe(rules, fields)
      : held.length > 0
        ? heldReason(rules, held)
        : unwritten(rules, fields),
    fields,
    workspace,
    hubspot:
      Object.keys(sent).length > 0
        ? { kind: "update", sent }
        : { kind: "none" },
    link: { kind: "keep" },
    problem: null,
  };
}

function heldReason(rules: Rules, held: readonly FieldOutcome[]): string {
  const unknown = held.filter(({ code }) => code === NEWEST_UNKNOWN);
  const others = held.filter((field) => !unknown.includes(field));
  return [
    ...(others.length > 0
      ? [`Both sides changed ${names(rules, others)}.`]
      : []),
    ...(unknown.length > 0 ? [newestUnknown(names(rules, unknown))] : []),
    "Choose a value to keep.",
  ].join(" ");
}

/** A pull or push by hand would undo newer values: nothing of the pair moves until a person has confirmed that. */
export const WOULD_UNDO = "would_undo";

/** @param newer what the other side has changed, by name */
export function holdBack(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
  linkIsNew: boolean,
  newer: string,
): Decision {
  const other = trigger.initiator === "hubspot" ? "The workspace" : "HubSpot";
  return {
    ...doNothing(
      WOULD_UNDO,
      `${other} has newer values: ${newer}. Confirm to replace them.`,
    ),
    outcome: "held",
    fields: mergeFields(rules, pair, trigger, linkIsNew, {
      toWorkspace: false,
      toHubSpot: false,
      stop: WOULD_UNDO,
    }),
  };
}

/** The fields as HubSpot's pages name them; one that HubSpot has no definition of by its own name. */
const names = (rules: Rules, fields: readonly FieldOutcome[]): string =>
  fields
    .map(
      ({ field, property }) => own(rules.definitions, property)?.label ?? field,
    )
    .join(", ");

const isWithheld = ({ code }: FieldOutcome): boolean =>
  code === EMAIL_UNVERIFIED;

const unwrittenKinds: readonly (readonly [
  string,
  (field: FieldOutcome) => boolean,
])[] = [
  ["Rejected", ({ kind }) => kind === "parked"],
  [
    "Pending (sync is off in this direction)",
    (field) => field.kind === "waiting" && !isWithheld(field),
  ],
  ["Not sent, because the email isn't verified", isWithheld],
  [
    "Mapped after linking, so existing values stay as they are",
    ({ kind }) => kind === "unasked",
  ],
];

/** Why nothing is written: both sides agree, or what a rule leaves open. */
function unwritten(rules: Rules, fields: readonly FieldOutcome[]): string {
  const open = unwrittenKinds.flatMap(([sentence, isOf]) => {
    const left = fields.filter(isOf);
    return left.length > 0 ? [`${sentence}: ${names(rules, left)}.`] : [];
  });
  const kept = fields.filter(({ code }) => code === FILL_ONLY);
  if (kept.length > 0)
    open.push(
      `Only filled in if blank, so both values stay: ${names(rules, kept)}.`,
    );
  return open.length > 0 ? open.join(" ") : "Both sides are in sync.";
}

function describe(rules: Rules, fields: readonly FieldOutcome[]): string {
  const toWorkspace = fields.filter((field) => field.kind === "to-workspace");
  const toHubSpot = fields.filter((field) => field.kind === "to-hubspot");
  return [
    toWorkspace.length > 0 ? `From HubSpot: ${names(rules, toWorkspace)}.` : "",
    toHubSpot.length > 0 ? `To HubSpot: ${names(rules, toHubSpot)}.` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function workspaceUpdate(
  fields: readonly FieldOutcome[],
): Decision["workspace"] {
  const set: Record<string, unknown> = {};
  const clear: string[] = [];
  for (const field of fields) {
    if (field.kind !== "to-workspace") continue;
    if (field.value === null || field.value === undefined)
      clear.push(field.field);
    else set[field.field] = field.value;
  }
  return Object.keys(set).length + clear.length > 0
    ? { kind: "update", set: set satisfies Properties, clear }
    : { kind: "none" };
}

function sentValues(
  pair: Pair,
  fields: readonly FieldOutcome[],
): Record<string, SentValue> {
  return Object.fromEntries(
    fields
      .filter((field) => field.kind === "to-hubspot")
      .map((field) => [
        field.property,
        {
          h: String(field.value),
          w: own(pair.record?.properties, field.field) ?? null,
          before: own(pair.object?.properties, field.property) ?? null,
        },
      ]),
  );
}

/** Only evidence counts: an archived reading, or a deletion event and a failed read. */
const isDeletedInHubSpot = ({ object, reading }: ReadPair): boolean =>
  object?.archived === true ||
  reading === "archived" ||
  reading === "deleted-by-event";

/** A person was asked about this very deletion before, and chose to keep the record. */
const isKept = ({ link }: Pair): boolean => typeof link?.keptAt === "number";

function decideObjectGone(
  rules: Rules,
  pair: ReadPair,
  trigger: Trigger,
): Decision {
  const { objectType } = pair;
  const end = { kind: "end", state: "object-deleted" } as const;
  const missing = `HubSpot no longer shows this ${objectType}, but doesn't say that it was deleted.`;
  if (!isDeletedInHubSpot(pair)) {
    // A person who pushes this very record vouches for it: the link ends, and the next push creates the object again.
    if (
      trigger.bypassConditions &&
      trigger.initiator === "workspace" &&
      !trigger.retryParked
    ) {
      return {
        ...doNothing(
          "unlinked_missing",
          `HubSpot no longer shows this ${objectType}, so it was unlinked. To create it in HubSpot again, push it.`,
        ),
        outcome: "updated",
        link: end,
      };
    }
    if (isKept(pair))
      return doNothing(
        KEPT,
        `HubSpot no longer shows this ${objectType}. Someone chose to keep it in the workspace.`,
      );
    return {
      ...skip("object_missing", missing),
      outcome: "failed",
      problem: {
        code: "object_missing",
        cause: missing,
        fix: "Check HubSpot. If it's there, retry. If not, push twice: to unlink, then to create it again.",
      },
    };
  }
  if (isKept(pair))
    return {
      ...doNothing(KEPT, keptReason.to_workspace),
      outcome: "updated",
      link: end,
    };
  if (!rules.settings[pair.objectType].deletionSync) {
    return {
      ...doNothing(
        "unlinked_by_deletion",
        `Deleted in HubSpot. Deletion sync is off, so this ${objectType} was kept in the workspace and unlinked.`,
      ),
      outcome: "updated",
      link: end,
    };
  }
  if (!mayFlow(rules, trigger).toWorkspace) {
    return skip(
      "automatic_pull_off",
      "Automatic pull is off. The deletion is pending.",
    );
  }
  return {
    ...doNothing(
      "deleted_in_hubspot",
      "Deleted in HubSpot. Deletion sync is on.",
    ),
    outcome: "updated",
    workspace: { kind: "delete" },
    link: end,
  };
}

function decideRecordGone(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
): Decision {
  const end = { kind: "end", state: "record-deleted" } as const;
  if (isOutside(rules, pair)) {
    return {
      ...doNothing(
        "record_deleted_outside",
        `Deleted in the workspace. Its pipeline isn't selected, so this ${pair.objectType} was kept in HubSpot and unlinked.`,
      ),
      outcome: "updated",
      link: end,
    };
  }
  if (!rules.settings[pair.objectType].deletionSync) {
    return {
      ...doNothing(
        "record_deleted_kept",
        `Deleted in the workspace. Deletion sync is off, so this ${pair.objectType} was kept in HubSpot and unlinked.`,
      ),
      outcome: "updated",
      link: end,
    };
  }
  const { toHubSpot, stop } = mayFlow(rules, trigger);
  if (!toHubSpot)
    return skip(stop, `${pushStops[stop]}. The deletion is pending.`);
  return {
    ...doNothing(
      "deleted_in_workspace",
      "Deleted in the workspace. Deletion sync is on.",
    ),
    outcome: "updated",
    hubspot: { kind: "archive" },
    link: { kind: "end", state: "object-deleted" },
  };
}
