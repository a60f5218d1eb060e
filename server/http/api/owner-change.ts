import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { ownerFieldOf } from "../../settings/types/owner-field.ts";
import type { Actor } from "../../sync/people/pure/actor.ts";
import { refusalOfActor } from "../../sync/people/pure/actor.ts";
import { ownerPermissionOf } from "../../sync/people/pure/permissions.ts";
import { sameValue } from "../../sync/values/value.ts";
import { readRecords } from "../../workspace/read-records.ts";
import type { RecordInput } from "../../workspace/write-records.ts";
import type { Problem } from "../problem.ts";
import { notPermitted } from "../require-permission.ts";

/**
 * Returns why each input that changes an owner may not be written, in the order of the inputs; null for the others. Whoever
 * has the permission changes any owner, and whoever has not may write the same one again.
 */
export async function refusedOwnerChanges(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  actor: Actor,
  inputs: readonly RecordInput[],
): Promise<(Problem | null)[]> {
  const owner = ownerFieldOf(descriptorOf(type));
  const refusal = refusalOfActor(actor, ownerPermissionOf(type), "deny");
  const setsOwner = ({ properties }: RecordInput): boolean =>
    owner !== null && Object.hasOwn(properties, owner.field);
  if (owner === null || refusal === null || !inputs.some(setsOwner))
    return inputs.map(() => null);
  const stored = await readRecords(
    db,
    portalId,
    type,
    inputs.filter(setsOwner).flatMap(({ id }) => id ?? []),
  );
  return inputs.map((input) => {
    if (!setsOwner(input)) return null;
    const before =
      input.id === null ? null : stored.get(input.id)?.properties[owner.field];
    return sameValue({ kind: "owner" }, before, input.properties[owner.field])
      ? null
      : notPermitted(refusal);
  });
}
