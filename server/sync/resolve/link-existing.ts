import { conversionKey } from "../../settings/mapping.ts";
import type { FieldMapping } from "../../settings/mapping.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { readSettings } from "../../settings/store.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { choicesOf, namedObjects } from "../attention/pure/choices.ts";
import type { NamedObject } from "../attention/pure/choices.ts";
import { actOnOpen, alreadyResolved, refuse } from "./attention-entry.ts";
import type {
  AttentionAnswer,
  Entry,
  Person,
  Refused,
} from "./attention-entry.ts";
import { queueRecheck } from "../recheck/recheck.ts";
import { retryWhileBusy } from "./run-action.ts";
import type { Engine } from "../engine.ts";
import { relinkObject } from "./relink-object.ts";
import type { RelinkResult } from "./relink-object.ts";
import { readInstallation } from "../installation/installation.ts";
import { refusalOf } from "../installation/pure/installation-gate.ts";
import { wasLinkedMeanwhile } from "../pairs/linked-meanwhile.ts";
import type { Base } from "../model.ts";
import { identifyingProperties } from "../values/identity.ts";
import { identitiesOf } from "../pairs/object-identity.ts";

/**
 * A person's choice to link a record to the object that HubSpot has already (AP-105), or to confirm that the two are
 * the same (BN-021): a record that held it gives it up. Only links are written here, in one transaction; both records
 * are dirty by that, and the ordinary pass does the rest.
 * @param objectId which one; null where the entry names only one
 */
export const linkExisting = (
  engine: Engine,
  portalId: PortalId,
  id: string,
  objectId: ObjectId | null,
  person: Person,
): Promise<AttentionAnswer> =>
  actOnOpen(engine, portalId, id, async (entry) => {
    const chosen = chosenObject(entry, objectId);
    return "ok" in chosen
      ? chosen
      : retryWhileBusy(engine, () =>
          linkOnce(engine, portalId, entry, chosen, person),
        );
  });

function chosenObject(
  entry: Entry,
  objectId: ObjectId | null,
): NamedObject | Refused {
  if (!choicesOf(entry).includes("link_existing"))
    return refuse(
      "not_offered",
      `This problem can't be resolved by linking to an existing ${entry.objectType}.`,
    );
  const named = namedObjects(entry.details);
  const [only, ...more] = named;
  const chosen =
    objectId === null && more.length === 0
      ? only
      : named.find((one) => one.objectId === objectId);
  if (chosen !== undefined) return chosen;
  const ids = named.map((one) => one.objectId).join(", ");
  const { names, identity } = descriptorOf(entry.objectType);
  return objectId === null
    ? refuse(
        "object_not_named",
        `Several ${names.plural} in HubSpot have this ${identity?.kind ?? "identity"}. Send one of these as hubspotId: ${ids}.`,
      )
    : refuse(
        "object_not_named",
        `This problem isn't about ${names.singular} ${objectId} in HubSpot. Choose one of these: ${ids}.`,
      );
}

type Tried = { readonly busy: boolean; readonly answer: AttentionAnswer };

async function linkOnce(
  engine: Engine,
  portalId: PortalId,
  entry: Entry,
  chosen: NamedObject,
  person: Person,
): Promise<Tried> {
  const { objectType: type, recordId } = entry;
  const { objectId } = chosen;
  const { installation, settings } = await engine.database.inPortal(
    portalId,
    async (db) => ({
      installation: await readInstallation(db, portalId),
      settings: (await readSettings(db, portalId)).settings,
    }),
  );
  const refusal =
    installation === null ? null : refusalOf(installation, "push", type);
  if (installation === null || recordId === null || refusal !== null)
    return ended(
      refuse(
        refusal?.code ?? "nothing_there",
        refusal?.reason ?? "There is nothing to link.",
        refusal?.remedy ?? null,
      ),
    );
  // A link to what is no longer there would be carried over as a deletion of the record.
  const read = await engine.hubspot
    .portal(portalId)
    .read(
      type,
      [objectId],
      { properties: identifyingProperties(type) },
      { priority: "interactive" },
    );
  const object = read.get(objectId) ?? null;
  if (object === null)
    return ended(changed(`HubSpot no longer shows ${type} ${objectId}`));
  if (object.id !== objectId)
    return ended(
      changed(
        `${labelOf(type)} ${objectId} was merged into ${object.id} in HubSpot`,
      ),
    );
  const given = await engine.database
    .inPortal(portalId, (db) =>
      relinkObject(db, portalId, {
        type,
        attentionId: entry.id,
        recordId,
        objectId,
        holderId: chosen.recordId,
        identities: identitiesOf(type, object),
        base: bothBlank(settings[type].mappings),
        person,
      }),
    )
    .catch((error: unknown): RelinkResult => {
      // Nobody held the object, and another lane has just linked it: the next try sees that.
      if (wasLinkedMeanwhile(error)) return { kind: "busy" };
      throw error;
    });
  if (given.kind === "given")
    await recheckOthers(engine, portalId, entry, chosen);
  switch (given.kind) {
    case "given":
      return ended({ ok: true, item: null });
    case "changed":
      return ended(changed(given.what));
    case "settled":
      return ended(alreadyResolved);
    case "busy":
      return {
        busy: true,
        answer: refuse(
          "busy",
          "One of the two is being synced. No changes were made.",
          "Try again in a moment.",
        ),
      };
  }
}

const labelOf = (type: ObjectType): string =>
  descriptorOf(type).names.label.singular;

/** Others that matched the record have waited for the choice: each is an object without a record now. */
const recheckOthers = (
  engine: Engine,
  portalId: PortalId,
  { objectType, details }: Entry,
  chosen: NamedObject,
): Promise<void> =>
  engine.database.inPortal(portalId, (db) =>
    queueRecheck(
      db,
      portalId,
      objectType,
      namedObjects(details)
        .filter(
          ({ objectId, recordId }) =>
            recordId === null && objectId !== chosen.objectId,
        )
        .map(({ objectId }) => objectId),
      0,
    ),
  );

const ended = (answer: AttentionAnswer): Tried => ({ busy: false, answer });

const changed = (what: string): Refused =>
  refuse(
    "changed",
    `${what}. No changes were made. Retry the problem to check it again.`,
  );

/**
 * Nothing has been settled of the two, and they are a pair: what differs is a conflict by the portal's policy, and what
 * one side lacks is filled.
 */
const bothBlank = (mappings: readonly FieldMapping[]): Base =>
  Object.fromEntries(
    mappings.map(({ field, property, conversion }) => [
      field,
      { w: null, h: null, p: property, c: conversionKey(conversion) },
    ]),
  );
