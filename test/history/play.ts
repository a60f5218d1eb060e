import { sql } from "kysely";
import type { Portal } from "../../sandbox/crm/portal.ts";
import type { FaultDocument } from "../../sandbox/fault-document.ts";
import type { Database, Db } from "../../server/database/database.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { startRun } from "../../server/sync/runs/runs.ts";
import { sendEvents } from "../acceptance/steps/send-events.ts";
import { identity } from "../acceptance/world.ts";
import type { World } from "../acceptance/world.ts";
import { chosen } from "./choose-settings.ts";
import { DealSteps } from "./deal-steps.ts";
import { forgedOf } from "./forged.ts";
import {
  fields,
  identityField,
  identityText,
  isIdentified,
  ownerField,
  plural,
  refusedPrefix,
  user,
  valueOf,
} from "./fields.ts";
import type { Entity, Merge, Typed } from "./fields.ts";
import type { Place } from "./deal-steps.ts";
import { OwnerSteps } from "./owner-steps.ts";
import { apiFaults, webhookFaults } from "./steps.ts";
import type { EntityType, History, Side, Step, StepOf } from "./steps.ts";
import {
  deleteRecords,
  insertRecords,
  moveEmails,
  restoreRecord,
  updateRecords,
  writeDealEdge,
  writeEdge,
} from "./workspace-side.ts";

/** One portal in which one history is played. */
export class Play {
  readonly world: World;
  readonly portalId: number;
  readonly entities: Entity[] = [];
  readonly typed = new Map<string, Typed>();
  readonly merges: Merge[] = [];
  readonly log: string[] = [];
  /** Some time the third field was mapped one way only: what differs then stays as it is. */
  directed = false;
  readonly owners: OwnerSteps;
  readonly deals: DealSteps;
  /** What people deleted, by side and id. */
  readonly deleted = new Set<string>();
  /** Some time deletions were synced. */
  deletionSync = false;
  #count = 0;
  readonly #apiKey: string;
  readonly #faults: Map<number, FaultDocument[]>;
  readonly #kill: () => void;

  constructor(
    world: World,
    installed: { readonly portalId: number; readonly apiKey: string },
    faults: Map<number, FaultDocument[]>,
    kill: () => void,
  ) {
    this.world = world;
    this.portalId = installed.portalId;
    this.#apiKey = installed.apiKey;
    this.#faults = faults;
    this.#kill = kill;
    this.owners = new OwnerSteps(this);
    this.deals = new DealSteps(this);
  }

  get database(): Database {
    return this.world.server.database;
  }

  get portal(): Portal {
    const portal = this.world.sandbox.portals.get(this.portalId);
    if (portal === undefined) throw new Error("no such portal");
    return portal;
  }

  inPortal<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.database.inPortal(this.portalId, work);
  }

  /** What HubSpot had before the app came is its users' doing like anything else. */
  meetSeeded(): void {
    for (const type of ["contact", "company", "deal"] as const)
      for (const { id } of this.portal.truth(plural[type]))
        this.entities.push({ type, side: "hubspot", id });
  }

  async play(history: History): Promise<void> {
    for (const step of history.steps) {
      this.log.push(`${new Date().toISOString()} ${JSON.stringify(step)}`);
      try {
        await this.#step(step);
        // Lanes are looked at every quarter of a second; a history does not wait that long.
        this.world.server.workers?.wake();
      } catch (error) {
        // A step that HubSpot or the database refuses (a taken email, an object that is gone) did not happen.
        if (!isRefusal(error)) throw error;
        this.log.push("refused");
      }
    }
  }

  #value(field?: string): string {
    this.#count += 1;
    return valueOf(this.#count, field);
  }

  entity(type: EntityType, index: number): Entity | undefined {
    const all = this.entities.filter((entity) => entity.type === type);
    return all[index % Math.max(1, all.length)];
  }

  /** The id of an entity on a side: its own, or its live link's. */
  async idOn(entity: Entity, side: Side): Promise<string | null> {
    if (entity.side === side) return entity.id;
    return this.#linked(entity.type, side, entity.id);
  }

  /** What is linked to an id of the other side, on this side. */
  #linked(type: EntityType, side: Side, id: string): Promise<string | null> {
    return this.inPortal(async (db) => {
      const link = await db
        .selectFrom("link")
        .select(["record_id", "object_id"])
        .where("portal_id", "=", this.portalId)
        .where("state", "=", "live")
        .where("object_type", "=", type)
        .where(side === "hubspot" ? "record_id" : "object_id", "=", id)
        .executeTakeFirst();
      if (link === undefined) return null;
      return side === "hubspot" ? link.object_id : link.record_id;
    });
  }

  async #step(step: Step): Promise<void> {
    switch (step.kind) {
      case "create":
        return this.#create(step);
      case "bulk":
        return this.#bulk(step);
      case "edit":
        return this.#edit(step);
      case "move-email":
        return this.#moveEmail(step);
      case "delete":
      case "restore":
        return this.#deleteOrRestore(step);
      case "mass-delete":
        return this.#massDelete(step);
      case "merge":
        return this.#merge(step);
      case "associate":
        return this.#associate(step);
      case "associate-deal":
        return this.#associateDeal(step);
      case "move-deal":
        return this.deals.move(step);
      case "select":
        return this.deals.select(step);
      case "settings":
        if (
          step.rules !== undefined &&
          (step.rules.direction !== "both" || step.rules.write === "fill")
        )
          this.directed = true;
        this.deletionSync ||= step.deletionSync;
        return this.changeSettings((settings) => chosen(settings, step));
      case "own":
        return this.owners.own(step);
      case "owners":
        return this.owners.choose(step);
      case "leave":
        return this.owners.leave(step);
      case "faults":
        this.setFaults(step.api, step.webhooks);
        return;
      case "run":
        await this.inPortal((db) =>
          startRun(db, this.portalId, {
            kind: step.run,
            objectType: step.type,
            mode: step.mode === "all" ? "full" : "changed",
            manual: step.run !== "both" && step.mode === "all",
            source: "api",
            requestedBy: "a@example.com",
          }),
        );
        return;
      case "forge":
        return this.#forge(step);
      case "swap-token":
        await this.world.control(
          "POST",
          `/sandbox/portals/${this.portalId}/tokens/expire`,
        );
        return;
      case "lose-leases":
        await this.inPortal((db) =>
          sql`update lane set leased = false, token = token + 1, next_at = now()
            where portal_id = ${this.portalId} and leased`.execute(db),
        );
        return;
      case "kill":
        this.#kill();
        return;
      case "pause":
        await new Promise((resolve) => setTimeout(resolve, step.ms));
        return;
    }
  }

  async #create(step: StepOf<"create">): Promise<void> {
    const { type, side } = step;
    const values: Record<string, string> = {};
    fields[type].forEach(([field], at) => {
      if (at < 2 || at === step.extra) values[field] = this.#value(field);
    });
    if (step.identity !== null && isIdentified(type))
      values[identityField[type]] = identityText(
        type,
        step.identity,
        step.spelling,
      );
    // HubSpot takes no deal without a stage.
    const place =
      type === "deal" ? this.deals.place(0, step.stage ?? 0) : undefined;
    const [id = ""] =
      side === "hubspot"
        ? [this.#createObject(type, values, place)]
        : await this.inPortal((db) =>
            insertRecords(db, type, [{ ...values, ...place }]),
          );
    this.#made(type, side, id, values);
    if (type !== "company" && step.company !== null) {
      const company = this.entity("company", step.company);
      if (company !== undefined)
        await this.#edge(side, { type, side, id }, company, {
          primary: true,
          remove: false,
        });
    }
  }

  /** An import of the product's: more rows than a batch holds, by one statement a type. */
  async #bulk({ count, companies }: StepOf<"bulk">): Promise<void> {
    const rows = (type: EntityType): Record<string, string>[] =>
      Array.from({ length: count }, () => ({
        [fields[type][0]?.[0] ?? ""]: this.#value(),
        city: this.#value(),
      }));
    const owners = companies ? rows("company") : [];
    const contacts = rows("contact");
    const made = await this.inPortal(async (db) => {
      const companyIds =
        owners.length === 0 ? [] : await insertRecords(db, "company", owners);
      const contactIds = await insertRecords(
        db,
        "contact",
        contacts.map((row, at) => {
          const company = companyIds[at];
          return company === undefined ? row : { ...row, company_id: company };
        }),
      );
      return { companyIds, contactIds };
    });
    owners.forEach((row, at) => {
      this.#made("company", "workspace", made.companyIds[at] ?? "", row);
    });
    contacts.forEach((row, at) => {
      this.#made("contact", "workspace", made.contactIds[at] ?? "", row);
    });
  }

  #createObject(
    type: EntityType,
    values: Readonly<Record<string, string>>,
    place?: Place,
  ): string {
    const properties = Object.fromEntries(
      fields[type].flatMap(([field, property]) => {
        const value = values[field];
        return value === undefined ? [] : [[property, value]];
      }),
    );
    if (place !== undefined)
      Object.assign(properties, {
        pipeline: place.pipeline,
        dealstage: place.stage,
      });
    return this.portal.create(plural[type], properties, [], user).id;
  }

  #made(
    type: EntityType,
    side: Side,
    id: string,
    values: Readonly<Record<string, string>>,
  ): void {
    this.entities.push({ type, side, id });
    for (const [field, value] of Object.entries(values))
      this.noteTyped(type, side, id, field, value);
  }

  /** Remembers the last value that a person typed into a field on a side. */
  noteTyped(
    type: EntityType,
    side: Side,
    id: string,
    field: string,
    value: string,
  ): void {
    const property =
      [...fields[type], ownerField].find(([name]) => name === field)?.[1] ??
      field;
    this.typed.set(`${side} ${id} ${field}`, {
      type,
      side,
      id,
      field,
      property,
      value,
    });
  }

  async #edit(step: StepOf<"edit">): Promise<void> {
    const { type, side } = step;
    const [field, property] = fields[type][
      step.field % fields[type].length
    ] ?? ["", ""];
    const value =
      step.refused === true && side === "hubspot" && field === "city"
        ? `${refusedPrefix}${this.#value()}`
        : step.blank && step.field > 1
          ? ""
          : field === "email"
            ? `${this.#value()}@example.org`
            : field === "domain"
              ? `${this.#value()}.example.org`
              : this.#value(field);
    if (step.all === true && field !== "email" && field !== "domain") {
      const ids = this.entities.flatMap((entity) =>
        entity.type === type && entity.side === "workspace" ? [entity.id] : [],
      );
      const reached = await this.inPortal((db) =>
        updateRecords(db, type, ids, field, value),
      );
      for (const id of reached)
        this.noteTyped(type, "workspace", id, field, value);
      return;
    }
    const entity = this.entity(type, step.entity);
    const id = entity === undefined ? null : await this.idOn(entity, side);
    if (id === null) return;
    if (side === "hubspot") {
      this.portal.update(plural[type], id, { [property]: value }, user);
    } else {
      const reached = await this.inPortal((db) =>
        updateRecords(db, type, [id], field, value),
      );
      if (reached.length === 0) return;
    }
    this.noteTyped(type, side, id, field, value);
  }

  async #moveEmail(step: StepOf<"move-email">): Promise<void> {
    const [first, second] = await Promise.all(
      [step.entity, step.other].map(async (index) => {
        const entity = this.entity("contact", index);
        return entity === undefined ? null : this.idOn(entity, "workspace");
      }),
    );
    if (typeof first !== "string" || typeof second !== "string") return;
    if (first === second) return;
    const moved = await this.inPortal((db) =>
      moveEmails(db, first, second, step.give),
    );
    for (const { id, email } of moved)
      this.noteTyped("contact", "workspace", id, "email", email);
  }

  async #deleteOrRestore(step: StepOf<"delete" | "restore">): Promise<void> {
    const { type } = step;
    const entity = this.entity(type, step.entity);
    if (entity === undefined) return;
    const id = await this.idOn(entity, step.side);
    if (id === null) return;
    if (step.kind === "delete") this.deleted.add(`${step.side} ${type} ${id}`);
    if (step.side === "hubspot") {
      if (step.kind === "delete") this.portal.archive(plural[type], id, user);
      else this.portal.restore(plural[type], id, user);
      return;
    }
    await this.inPortal((db) =>
      step.kind === "delete"
        ? deleteRecords(db, type, [id])
        : restoreRecord(db, id),
    );
  }

  /** A good part of everything that lives on a side is deleted at once: a brake may hold that for a person. */
  async #massDelete({
    type,
    side,
    share,
  }: StepOf<"mass-delete">): Promise<void> {
    const some = <T>(all: readonly T[]): T[] =>
      all.slice(0, Math.ceil(all.length * share));
    if (side === "hubspot") {
      const alive = this.portal.truth(plural[type], false);
      for (const { id } of some(alive)) {
        this.deleted.add(`hubspot ${type} ${id}`);
        this.portal.archive(plural[type], id, user);
      }
      return;
    }
    await this.inPortal(async (db) => {
      const rows = await db
        .selectFrom("record")
        .select("id")
        .where("portal_id", "=", this.portalId)
        .where("object_type", "=", type)
        .where("deleted_at", "is", null)
        .orderBy("id")
        .execute();
      const ids = some(rows.map(({ id }) => id));
      for (const id of ids) this.deleted.add(`workspace ${type} ${id}`);
      await deleteRecords(db, type, ids);
    });
  }

  async #merge(step: StepOf<"merge">): Promise<void> {
    const { type } = step;
    const alive = this.portal
      .truth(plural[type])
      .filter((object) => !object.archived);
    const primary = alive[step.entity % Math.max(1, alive.length)];
    const loser = alive[step.other % Math.max(1, alive.length)];
    if (primary === undefined || loser === undefined || primary.id === loser.id)
      return;
    const [primaryRecord, loserRecord] = await Promise.all(
      [primary, loser].map(({ id }) => this.#linked(type, "workspace", id)),
    );
    this.portal.merge(plural[type], primary.id, loser.id, user);
    this.merges.push({
      type,
      primary: primary.id,
      loser: loser.id,
      primaryRecord: primaryRecord ?? null,
      loserRecord: loserRecord ?? null,
    });
  }

  async #forge({ type, entity, which }: StepOf<"forge">): Promise<void> {
    const alive = this.portal
      .truth(plural[type])
      .filter((object) => !object.archived && object.mergedInto === null);
    const object = alive[entity % Math.max(1, alive.length)];
    if (object === undefined) return;
    const { events, query, status } = forgedOf(
      which,
      type,
      Number(object.id),
      identity.appId,
    );
    const { portalId } = this;
    const answered = await sendEvents(
      this.world,
      events.map((event) => ({ portalId, ...event })),
      query,
    );
    if (answered !== status)
      throw new Error(`a forged webhook was answered ${answered}`);
  }

  async #associate(step: StepOf<"associate">): Promise<void> {
    const contact = this.entity("contact", step.contact);
    const company = this.entity("company", step.company);
    if (contact === undefined || company === undefined) return;
    await this.#edge(step.side, contact, company, step);
  }

  async #associateDeal(step: StepOf<"associate-deal">): Promise<void> {
    const deal = this.entity("deal", step.deal);
    const parent = this.entity(step.to, step.parent);
    if (deal === undefined || parent === undefined) return;
    await this.#edge(step.side, deal, parent, step);
  }

  async #edge(
    side: Side,
    child: Entity,
    parent: Entity,
    how: { readonly primary: boolean; readonly remove: boolean },
  ): Promise<void> {
    const from = await this.idOn(child, side);
    const to = await this.idOn(parent, side);
    if (from === null || to === null) return;
    if (side === "hubspot") {
      const request = {
        fromType: plural[child.type],
        fromId: from,
        toType: plural[parent.type],
        toId: to,
        primary: how.primary && parent.type === "company",
      };
      if (how.remove) this.portal.dissociate(request, user);
      else this.portal.associate(request, user);
      return;
    }
    await this.inPortal((db) =>
      child.type === "deal" && parent.type !== "deal"
        ? writeDealEdge(db, from, parent.type, to, how)
        : writeEdge(db, from, to, how),
    );
  }

  async changeSettings(
    change: (settings: Settings) => Settings,
  ): Promise<void> {
    const { version, settings } = await this.#settings("GET");
    await this.#settings("PUT", { version, settings: change(settings) });
  }

  async #settings(
    method: "GET" | "PUT",
    body?: { version: number; settings: Settings },
  ): Promise<{ version: number; settings: Settings }> {
    const answer = await this.api(method, "/settings", body);
    if (answer.status !== 200)
      throw new Error(`settings: ${method} ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as { version: number; settings: Settings };
  }

  async api(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.world.server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  setFaults(api: number, webhooks: number): void {
    const one = apiFaults[api % apiFaults.length];
    const two = webhookFaults[webhooks % webhookFaults.length];
    this.#faults.set(this.portalId, [
      ...(one === null || one === undefined
        ? []
        : [{ ...one, portalId: this.portalId } as FaultDocument]),
      ...(two === null || two === undefined
        ? []
        : [{ webhooks: two, portalId: this.portalId } as FaultDocument]),
    ]);
    this.world.sandbox.setFaults([...this.#faults.values()].flat());
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.constructor.name === "Refusal" ||
    ("code" in error &&
      typeof error.code === "string" &&
      /^(22|23)/.test(error.code))
  );
}
