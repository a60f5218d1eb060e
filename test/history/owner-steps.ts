import { z } from "zod";
import type { Portal } from "../../sandbox/crm/portal.ts";
import type { Db } from "../../server/database/database.ts";
import type { OwnerOverride } from "../../server/settings/owners.ts";
import type { Settings } from "../../server/settings/schema.ts";
import type { World } from "../acceptance/world.ts";
import { ownerField, plural, user } from "./fields.ts";
import type { Entity } from "./fields.ts";
import { plain } from "./ground.ts";
import type { OwnerDeeds, PortalOwner } from "./judge-owners.ts";
import type { EntityType, Side, StepOf } from "./steps.ts";
import { updateRecords } from "./workspace-side.ts";

/**
 * Who owns what in a history. A portal has four owners: the sync user; one who stays; one who may leave and come back; and
 * one who had left before the app came. The product knows their emails and others, which are whoever's the settings say.
 */

const LEAVES = 2;

const others = ["old@product.example", "team@product.example", "nobody@x.io"];

/** The same email as products and admins spell it. */
const spellings: readonly ((email: string) => string)[] = [
  (email) => email,
  (email) => email.toUpperCase(),
  (email) => ` ${email}`,
  (email) => `${email.slice(0, 1).toUpperCase()}${email.slice(1)} `,
];

/** Adds the third and the fourth owner. */
export async function addMoreOwners(
  world: World,
  portalId: number,
): Promise<void> {
  for (const firstName of ["Cid", "Fay"])
    await world.control("POST", `/sandbox/portals/${portalId}/users`, {
      firstName,
    });
  await setActive(world, portalId, 3, false);
}

async function setActive(
  world: World,
  portalId: number,
  place: number,
  active: boolean,
): Promise<void> {
  const { body } = await world.control<{ users: { id: number }[] }>(
    "GET",
    `/sandbox/portals/${portalId}`,
  );
  await world.control(
    "POST",
    `/sandbox/portals/${portalId}/users/${body.users[place]?.id}/${active ? "reactivate" : "deactivate"}`,
  );
}

const refusal = z.object({
  errors: z.array(z.object({ path: z.string() })),
});

/** What the steps need of the play that they are in. */
interface Around {
  readonly world: World;
  readonly portalId: number;
  readonly portal: Portal;
  readonly log: string[];
  entity(type: EntityType, index: number): Entity | undefined;
  idOn(entity: Entity, side: Side): Promise<string | null>;
  inPortal<T>(work: (db: Db) => Promise<T>): Promise<T>;
  api(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; text: string }>;
  noteTyped(
    type: EntityType,
    side: Side,
    id: string,
    field: string,
    value: string,
  ): void;
}

/** The steps that are about owners, and what the judge has to know of them. */
export class OwnerSteps {
  readonly #play: Around;
  readonly #documents: (readonly OwnerOverride[])[] = [[]];
  readonly #typedAt = new Map<string, number>();
  readonly #typedEmails = new Set<string>();
  #hasLeft = false;

  constructor(play: Around) {
    this.#play = play;
  }

  get deeds(): OwnerDeeds {
    return {
      owners: this.#owners(),
      documents: this.#documents,
      typedAt: this.#typedAt,
      typedEmails: this.#typedEmails,
    };
  }

  #owners(): PortalOwner[] {
    return this.#play.portal.owners().map(({ id, email }, place) => ({
      id: String(id),
      email: String(email),
      hasLeft: place === 3 || (place === LEAVES && this.#hasLeft),
    }));
  }

  #email(number: number): string {
    const all = [...this.#owners().map(({ email }) => email), ...others];
    return all[number % all.length] ?? "";
  }

  #ownerId(number: number): string {
    const all = this.#owners();
    return all[number % all.length]?.id ?? "";
  }

  async own(step: StepOf<"own">): Promise<void> {
    const { type, side } = step;
    const [field, property] = ownerField;
    const entity = this.#play.entity(type, step.entity);
    const id =
      entity === undefined ? null : await this.#play.idOn(entity, side);
    if (id === null) return;
    const value =
      side === "hubspot"
        ? this.#ownerId(step.owner)
        : spelled(this.#email(step.owner), step.spelling);
    if (side === "hubspot")
      this.#play.portal.update(plural[type], id, { [property]: value }, user);
    else {
      const reached = await this.#play.inPortal((db) =>
        updateRecords(db, type, [id], field, value),
      );
      if (reached.length === 0) return;
      this.#typedEmails.add(plain(value));
    }
    this.#play.noteTyped(type, side, id, field, value);
    this.#typedAt.set(`${side} ${type} ${id}`, this.#documents.length - 1);
  }

  /** Saves overrides. Each email is listed once, and each owner is pulled as one email at most. */
  async choose({ overrides }: StepOf<"owners">): Promise<void> {
    const list: OwnerOverride[] = [];
    for (const { email, owner, pulled, spelling } of overrides) {
      const override = {
        email: spelled(this.#email(email), spelling),
        ownerId: this.#ownerId(owner),
      };
      if (list.some((one) => plain(one.email) === plain(override.email)))
        continue;
      list.push({
        ...override,
        pulled:
          pulled &&
          !list.some((one) => one.pulled && one.ownerId === override.ownerId),
      });
    }
    const read = await this.#play.api("GET", "/settings");
    const { version, settings } = JSON.parse(read.text) as {
      version: number;
      settings: Settings;
    };
    const { status, text } = await this.#play.api("PUT", "/settings", {
      version,
      settings: { ...settings, owners: list },
    });
    const expected = mayBeSaved(list, this.#owners());
    const isRefused = status === 400;
    if (isRefused) {
      const { errors } = refusal.parse(JSON.parse(text));
      if (errors.some(({ path }) => !path.startsWith("settings.owners.")))
        throw new Error(`owners: ${text}`);
    } else if (status !== 200) throw new Error(`owners: ${status} ${text}`);
    if (expected !== null && expected === isRefused)
      throw new Error(
        `owners: ${JSON.stringify(list)} ${expected ? "can be saved" : "can't be saved"}, but the answer was ${status} ${text}`,
      );
    if (isRefused) this.#play.log.push("refused");
    else this.#documents.push(list);
  }

  /** The third owner's user leaves or comes back, and the server reads the owners again, if HubSpot lets it. */
  async leave({ back }: StepOf<"leave">): Promise<void> {
    if (!back) this.#hasLeft = true;
    const { world, portalId } = this.#play;
    await setActive(world, portalId, LEAVES, back);
    const { status, text } = await this.#play.api(
      "POST",
      "/installation/definitions",
    );
    if (status === 500) throw new Error(`definitions: ${text}`);
  }
}

const spelled = (email: string, spelling: number): string =>
  spellings[spelling % spellings.length]?.(email) ?? email;

/**
 * Whether the settings may have these overrides: not for an owner who left, and not if an owner's own email is another's
 * then and the owner is pulled as no other. Null: it depends on what the server has read of the owner who may leave.
 */
function mayBeSaved(
  list: readonly OwnerOverride[],
  owners: readonly PortalOwner[],
): boolean | null {
  const isRobbed = ({ id, email }: PortalOwner): boolean =>
    list.some((one) => plain(one.email) === email && one.ownerId !== id) &&
    !list.some((one) => one.ownerId === id && one.pulled);
  const [first, second, third, fourth] = owners;
  if ([first, second].some((one) => one !== undefined && isRobbed(one)))
    return false;
  if (list.some(({ ownerId }) => ownerId === fourth?.id)) return false;
  if (third === undefined || !third.hasLeft)
    return third === undefined || !isRobbed(third);
  return isRobbed(third) || list.some(({ ownerId }) => ownerId === third.id)
    ? null
    : true;
}
