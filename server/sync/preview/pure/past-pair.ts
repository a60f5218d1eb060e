import type { FieldMapping } from "../../../settings/mapping.ts";
import { conversionKey } from "../../../settings/mapping.ts";
import type {
  Base,
  BaseEntry,
  LinkState,
  ObjectReading,
  ObjectState,
  Pair,
  RecordState,
  Rules,
} from "../../model.ts";
import type { Moved, PastLine, Standing } from "./past-line.ts";
import { valuesOf, withValues } from "./past-line.ts";

/** The pair that a line of the journal was decided on, as a document has it: a base is bound to its mapping. Pure. */

interface PastFacts {
  readonly line: PastLine;
  readonly moved: readonly Moved[];
  /** What both sides had before the line. */
  readonly before: Standing;
}

/** Of ids that decide doesn't look at. */
const noId = "00000000-0000-0000-0000-000000000000";

/** Returns the pair as it was when the line was decided, or null if the journal doesn't say enough to tell. */
export function pastPair(
  { settings }: Pick<Rules, "settings">,
  facts: PastFacts,
): Pair | null {
  const { objectType, action, code } = facts.line;
  const { mappings } = settings[objectType];
  const based = baseOf(mappings, facts);
  switch (action) {
    case "updated":
      return pair(facts, {
        record: {},
        ...there(facts),
        link: linkOf(facts, based),
      });
    case "linked":
      return pair(facts, { record: {}, ...there(facts), link: null });
    case "created":
      return createdPair(facts);
    case "skipped":
      return facts.line.recordId === null
        ? null
        : pair(facts, { record: {}, ...notThere, link: null });
    case "deleted":
    case "unlinked":
      return goneFrom[code] === undefined
        ? null
        : goneFrom[code] === "hubspot"
          ? pair(facts, {
              record: {},
              reading: "archived",
              object: null,
              link: linkOf(facts, based),
            })
          : pair(facts, {
              record: { deletedAt: facts.line.at.getTime() },
              ...there(facts),
              link: linkOf(facts, based),
            });
    default:
      return null;
  }
}

/** Where something had been deleted, by the code of what was decided then. */
const goneFrom: Readonly<Record<string, "hubspot" | "workspace">> = {
  deleted_in_hubspot: "hubspot",
  unlinked_by_deletion: "hubspot",
  deleted_in_workspace: "workspace",
  record_deleted_kept: "workspace",
};

/** A creation, on the side that its values went to. */
function createdPair(facts: PastFacts): Pair | null {
  const to = facts.moved[0]?.to;
  if (to === undefined) return null;
  return to === "hubspot"
    ? pair(facts, { record: {}, ...notThere, link: null })
    : pair(facts, { record: null, ...there(facts), link: null });
}

const notThere = { reading: "none", object: null } as const;

const pair = (
  { line, moved, before }: PastFacts,
  {
    record,
    link,
    ...reading
  }: {
    readonly record: Partial<RecordState> | null;
    readonly link: LinkState | null;
  } & ObjectReading,
): Pair => ({
  objectType: line.objectType,
  record: record && {
    id: line.recordId ?? noId,
    objectType: line.objectType,
    // What went to HubSpot had been typed here before.
    properties: withValues(
      before.record,
      moved.filter(({ to }) => to === "hubspot"),
      ({ field, after }) => [field, after.w],
    ),
    companyId: null,
    revision: 0,
    deletedAt: null,
    ...record,
  },
  link,
  attempts: [],
  held: [],
  conflict: null,
  ambiguous: [],
  parents: before.parents,
  ...reading,
});

const there = ({
  line,
  moved,
  before,
}: PastFacts): { readonly reading: "there"; readonly object: ObjectState } => ({
  reading: "there",
  object: {
    id: line.objectId ?? "0",
    properties: withValues(
      before.object,
      moved.filter(({ to }) => to === "workspace"),
      ({ property, after }) => [property, after.h],
    ),
    updatedAt: line.at.getTime(),
    archived: false,
    mergedIds: [],
    writtenByUs: new Set(),
  },
});

const linkOf = ({ line }: PastFacts, base: Base): LinkState => ({
  id: noId,
  version: "",
  recordId: line.recordId ?? noId,
  objectId: line.objectId ?? "0",
  state: "live",
  base,
  parked: {},
  seenAt: null,
  endedAt: null,
  edgesSettled: [],
});

/** What both sides had agreed on before the line, under the mappings of a document. */
const baseOf = (
  mappings: readonly FieldMapping[],
  { moved, before }: PastFacts,
): Base =>
  Object.fromEntries(
    mappings.map((mapping): [string, BaseEntry] => {
      const conflicted = moved.some(
        ({ field, property, conflict }) =>
          conflict && field === mapping.field && property === mapping.property,
      );
      // Both had changed: of what they had agreed on, only that it was neither.
      const agreed = conflicted
        ? { w: null, h: null }
        : valuesOf(before, mapping);
      return [
        mapping.field,
        {
          ...agreed,
          p: mapping.property,
          c: conversionKey(mapping.conversion),
        },
      ];
    }),
  );
