import type {
  ObjectId,
  ObjectType,
  RecordId,
} from "../../../settings/object-type.ts";
import { identityKeyOf, recordIdentity } from "../../values/identity.ts";
import type { StoredState } from "../../pairs/stored-state.ts";
import type { JournalLine } from "../../journal/journal.ts";
import type { Placed } from "../write-workspace.ts";

const mostNamed = 3;

/**
 * A line for each record that is created beside another one of the same email or domain, and for that other one:
 * HubSpot's duplicates become records of their own, and are neither merged nor deleted here (AP-121). Others are named
 * by id alone, so that the journal of one person holds nothing of another. Pure.
 */
export function duplicateLines(
  type: ObjectType,
  stored: StoredState,
  placed: readonly Placed[],
): JournalLine[] {
  const key = identityKeyOf(type);
  if (key === null) return [];
  const created = placed.flatMap(({ decision, pair, recordId }) => {
    if (decision.workspace.kind !== "create" || recordId === null) return [];
    const identity = recordIdentity(type, decision.workspace.properties);
    return identity === null
      ? []
      : [{ identity, recordId, objectId: pair.object?.id ?? null }];
  });
  if (created.length === 0) return [];
  const holders = holdersOf(stored, placed);
  return [...Map.groupBy(created, ({ identity }) => identity)].flatMap(
    ([identity, beside]) => {
      const before = holders.get(identity) ?? [];
      const all = [...before, ...beside.map(({ recordId }) => recordId)];
      if (all.length === 1) return [];
      // Those of a crowd have been flagged before: a line for each of them with each page would grow without end.
      const first = before.length > mostNamed ? [] : before;
      return [
        ...first.map((recordId) => ({
          recordId,
          objectId: objectOf(stored, recordId),
        })),
        ...beside,
      ].map(({ recordId, objectId }): JournalLine => {
        const others = all.filter((id) => id !== recordId);
        return {
          recordId,
          objectId,
          action: "flagged",
          code: "possible_duplicate",
          reason: `Possible duplicate: this ${type} has the same ${key.kind} as ${named(others)}. If they're the same ${type}, merge them in HubSpot.`,
          changes: [],
        };
      });
    },
  );
}

const objectOf = ({ links }: StoredState, id: RecordId): ObjectId | null =>
  links.find(({ recordId, state }) => recordId === id && state === "live")
    ?.objectId ?? null;

/** The live records by what identifies them, without those that this very batch deletes. */
function holdersOf(
  stored: StoredState,
  placed: readonly Placed[],
): Map<string, readonly RecordId[]> {
  const leaving = new Set(
    placed.flatMap(({ decision, recordId }) =>
      decision.workspace.kind === "delete" ? (recordId ?? []) : [],
    ),
  );
  const holders = new Map<string, readonly RecordId[]>();
  for (const { id, identity, deletedAt } of stored.records.values()) {
    if (identity === null || deletedAt !== null || leaving.has(id)) continue;
    holders.set(identity, [...(holders.get(identity) ?? []), id]);
  }
  return holders;
}

function named(ids: readonly RecordId[]): string {
  const more = ids.length - mostNamed;
  const shown = ids.slice(0, mostNamed).join(", ");
  return `${ids.length === 1 ? "record" : "records"} ${shown}${more > 0 ? ` and ${more} more` : ""}`;
}
