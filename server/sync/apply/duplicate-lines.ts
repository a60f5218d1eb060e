import type { ObjectType, RecordId } from "../../settings/object-type.ts";
import { identityKeys, identityOf } from "../identity.ts";
import type { StoredState } from "../stored-state.ts";
import type { JournalLine } from "./journal.ts";
import type { Placed } from "./write-workspace.ts";

const mostNamed = 3;

/**
 * A line for each record that is created beside another one of the same email or domain: HubSpot's duplicates become
 * records of their own, and are neither merged nor deleted here (AP-121). Others are named by id alone, so that the
 * journal of one person holds nothing of another. Pure.
 */
export function duplicateLines(
  type: ObjectType,
  stored: StoredState,
  placed: readonly Placed[],
): JournalLine[] {
  const created = placed.flatMap(({ decision, pair, recordId }) => {
    if (decision.workspace.kind !== "create" || recordId === null) return [];
    const { field, kind } = identityKeys[type];
    const identity = identityOf(type, decision.workspace.properties[field]);
    return identity === null ? [] : [{ identity, kind, pair, recordId }];
  });
  if (created.length === 0) return [];
  const holders = holdersOf(stored, placed);
  for (const { identity, recordId } of created)
    holders.set(identity, [...(holders.get(identity) ?? []), recordId]);

  return created.flatMap(({ identity, kind, pair, recordId }) => {
    const others = (holders.get(identity) ?? []).filter(
      (id) => id !== recordId,
    );
    if (others.length === 0) return [];
    return [
      {
        recordId,
        objectId: pair.object?.id ?? null,
        action: "flagged",
        code: "possible_duplicate",
        reason: `Possibly a duplicate: it shares its ${kind} with ${named(others)}. All are kept; merge them in HubSpot if they are one.`,
        changes: [],
      },
    ];
  });
}

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
