import { sql } from "kysely";
import type { Portal } from "../../sandbox/crm/portal.ts";
import type { FaultDocument } from "../../sandbox/fault-document.ts";
import type { Database, Db } from "../../server/database/database.ts";
import type { Conditions, Settings } from "../../server/settings/schema.ts";
import { startRun } from "../../server/sync/runs.ts";
import type { World } from "../acceptance/world.ts";
import { apiFaults, webhookFaults } from "./steps.ts";
import type { EntityType, History, Side, Step } from "./steps.ts";

const plural = { contact: "contacts", company: "companies" } as const;

/** Fields that people type into: the record's and HubSpot's name for each. */
export const fields: Record<
  EntityType,
  readonly (readonly [field: string, property: string])[]
> = {
  contact: [
    ["first_name", "firstname"],
    ["last_name", "lastname"],
    ["job_title", "jobtitle"],
    ["city", "city"],
    ["email", "email"],
  ],
  company: [
    ["name", "name"],
    ["city", "city"],
    ["state", "state"],
    ["country", "country"],
    ["domain", "domain"],
  ],
};

const user = {
  changeSource: "CRM_UI" as const,
  sourceId: "userId:7",
  userId: 7,
};

/** What the stage's own constraint keeps out of a record's city. */
export const refusedPrefix = "refused ";

/** A thing that a person made, by its id on the side where it was made. */
export interface Entity {
  readonly type: EntityType;
  readonly side: Side;
  readonly id: string;
}

/** The last value that a person typed into a field on a side. */
export interface Typed {
  readonly type: EntityType;
  readonly side: Side;
  readonly id: string;
  readonly field: string;
  readonly property: string;
  readonly value: string;
}

/** One portal in which one history is played. */
export class Play {
  readonly portalId: number;
  readonly entities: Entity[] = [];
  readonly typed = new Map<string, Typed>();
  readonly log: string[] = [];
  /** Some time the third field was mapped one way only: what differs then stays as it is. */
  directed = false;
  #count = 0;
  /** When everything was switched on and no fault was left. */
  #settledFrom: number | undefined;
  readonly #world: World;
  #apiKey: string;
  readonly #faults: Map<number, FaultDocument[]>;
  readonly #kill: () => void;

  constructor(
    world: World,
    installed: { readonly portalId: number; readonly apiKey: string },
    faults: Map<number, FaultDocument[]>,
    kill: () => void,
  ) {
    this.#world = world;
    this.portalId = installed.portalId;
    this.#apiKey = installed.apiKey;
    this.#faults = faults;
    this.#kill = kill;
  }

  get database(): Database {
    return this.#world.server.database;
  }

  get portal(): Portal {
    const portal = this.#world.sandbox.portals.get(this.portalId);
    if (portal === undefined) throw new Error("no such portal");
    return portal;
  }

  inPortal<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.database.inPortal(this.portalId, work);
  }

  /** What HubSpot had before the app came is its users' doing like anything else. */
  meetSeeded(): void {
    for (const type of ["contact", "company"] as const)
      for (const { id } of this.portal.truth(plural[type]))
        this.entities.push({ type, side: "hubspot", id });
  }

  async play(history: History): Promise<void> {
    for (const step of history.steps) {
      this.log.push(`${new Date().toISOString()} ${JSON.stringify(step)}`);
      try {
        await this.#step(step);
        // Lanes are looked at every quarter of a second; a history does not wait that long.
        this.#world.server.workers?.wake();
      } catch (error) {
        // A step that HubSpot or the database refuses (a taken email, an object that is gone) did not happen.
        if (!isRefusal(error)) throw error;
        this.log.push("refused");
      }
    }
  }

  #value(): string {
    this.#count += 1;
    return valueOf(this.#count);
  }

  #entity(type: EntityType, index: number): Entity | undefined {
    const all = this.entities.filter((entity) => entity.type === type);
    return all[index % Math.max(1, all.length)];
  }

  /** The id of an entity on a side: its own, or its live link's. */
  async idOn(entity: Entity, side: Side): Promise<string | null> {
    if (entity.side === side) return entity.id;
    return this.inPortal(async (db) => {
      const link = await db
        .selectFrom("link")
        .select(["record_id", "object_id"])
        .where("portal_id", "=", this.portalId)
        .where("state", "=", "live")
        .where("object_type", "=", entity.type)
        .where(side === "hubspot" ? "record_id" : "object_id", "=", entity.id)
        .executeTakeFirst();
      if (link === undefined) return null;
      return side === "hubspot" ? link.object_id : link.record_id;
    });
  }

  async #step(step: Step): Promise<void> {
    switch (step.kind) {
      case "create":
        return this.#create(step);
      case "edit":
        return this.#edit(step);
      case "delete":
      case "restore":
        return this.#deleteOrRestore(step);
      case "merge":
        return this.#merge(step);
      case "associate":
        return this.#associate(step);
      case "settings":
        if (step.rules !== undefined && step.rules.direction !== "both")
          this.directed = true;
        return this.changeSettings((settings) => chosen(settings, step));
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
            requestedBy: "",
          }),
        );
        return;
      case "swap-token":
        await this.#world.control(
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

  async #create(step: Extract<Step, { kind: "create" }>): Promise<void> {
    const { type, side } = step;
    const values = new Map<string, string>();
    fields[type].forEach(([field], at) => {
      if (at < 2 || at === step.extra) values.set(field, this.#value());
    });
    if (step.identity !== null) {
      values.set(
        type === "contact" ? "email" : "domain",
        type === "contact"
          ? `Person${step.identity}@Example.com`
          : `company${step.identity}.example.com`,
      );
    }
    const id =
      side === "hubspot"
        ? this.#createObject(type, values)
        : await this.#createRecord(type, values);
    this.entities.push({ type, side, id });
    for (const [field, value] of values)
      this.#type(type, side, id, field, value);
    if (type === "contact" && step.company !== null) {
      const company = this.#entity("company", step.company);
      if (company !== undefined)
        await this.#edge(side, { type, side, id }, company, true, false);
    }
  }

  #createObject(type: EntityType, values: ReadonlyMap<string, string>): string {
    const properties = Object.fromEntries(
      fields[type].flatMap(([field, property]) => {
        const value = values.get(field);
        return value === undefined ? [] : [[property, value]];
      }),
    );
    return this.portal.create(plural[type], properties, [], user).id;
  }

  async #createRecord(
    type: EntityType,
    values: ReadonlyMap<string, string>,
  ): Promise<string> {
    const row = await this.inPortal((db) =>
      db
        .insertInto("record")
        .values({
          portal_id: this.portalId,
          object_type: type,
          properties: JSON.stringify(Object.fromEntries(values)),
        })
        .returning("id")
        .executeTakeFirstOrThrow(),
    );
    return row.id;
  }

  #type(
    type: EntityType,
    side: Side,
    id: string,
    field: string,
    value: string,
  ): void {
    const property =
      fields[type].find(([name]) => name === field)?.[1] ?? field;
    this.typed.set(`${side} ${id} ${field}`, {
      type,
      side,
      id,
      field,
      property,
      value,
    });
  }

  async #edit(step: Extract<Step, { kind: "edit" }>): Promise<void> {
    const entity = this.#entity(step.type, step.entity);
    if (entity === undefined) return;
    const id = await this.idOn(entity, step.side);
    const [field, property] = fields[step.type][
      step.field % fields[step.type].length
    ] ?? ["", ""];
    if (id === null || field === "") return;
    const value =
      step.refused === true && step.side === "hubspot" && field === "city"
        ? `${refusedPrefix}${this.#value()}`
        : step.blank && step.field > 1
          ? ""
          : field === "email"
            ? `${this.#value()}@example.org`
            : field === "domain"
              ? `${this.#value()}.example.org`
              : this.#value();
    if (step.side === "hubspot") {
      this.portal.update(plural[step.type], id, { [property]: value }, user);
    } else {
      const patch = JSON.stringify({ [field]: value });
      const { numAffectedRows } = await this.inPortal((db) =>
        sql`update record set properties = properties || ${patch}::jsonb
          where portal_id = ${this.portalId} and id = ${id} and deleted_at is null`.execute(
          db,
        ),
      );
      if (numAffectedRows === 0n) return;
    }
    this.#type(step.type, step.side, id, field, value);
  }

  async #deleteOrRestore(
    step: Extract<Step, { kind: "delete" | "restore" }>,
  ): Promise<void> {
    const entity = this.#entity(step.type, step.entity);
    if (entity === undefined) return;
    const id = await this.idOn(entity, step.side);
    if (id === null) return;
    if (step.side === "hubspot") {
      if (step.kind === "delete")
        this.portal.archive(plural[step.type], id, user);
      else this.portal.restore(plural[step.type], id, user);
      return;
    }
    await this.inPortal((db) =>
      step.kind === "delete"
        ? sql`update record set deleted_at = now() where portal_id = ${this.portalId} and id = ${id} and deleted_at is null`.execute(
            db,
          )
        : sql`update record r set deleted_at = null where r.portal_id = ${this.portalId} and r.id = ${id} and r.deleted_at is not null
            and not exists (select from record_alias a where a.portal_id = r.portal_id and a.old_id = r.id)`.execute(
            db,
          ),
    );
  }

  async #merge(step: Extract<Step, { kind: "merge" }>): Promise<void> {
    const alive = this.portal
      .truth(plural[step.type])
      .filter((object) => !object.archived);
    const primary = alive[step.entity % Math.max(1, alive.length)];
    const loser = alive[step.other % Math.max(1, alive.length)];
    if (primary === undefined || loser === undefined || primary.id === loser.id)
      return;
    this.portal.merge(plural[step.type], primary.id, loser.id, user);
  }

  async #associate(step: Extract<Step, { kind: "associate" }>): Promise<void> {
    const contact = this.#entity("contact", step.contact);
    const company = this.#entity("company", step.company);
    if (contact === undefined || company === undefined) return;
    await this.#edge(step.side, contact, company, step.primary, step.remove);
  }

  async #edge(
    side: Side,
    contact: Entity,
    company: Entity,
    primary: boolean,
    remove: boolean,
  ): Promise<void> {
    const from = await this.idOn(contact, side);
    const to = await this.idOn(company, side);
    if (from === null || to === null) return;
    if (side === "hubspot") {
      const request = {
        fromType: "contacts",
        fromId: from,
        toType: "companies",
        toId: to,
        primary,
      };
      if (remove) this.portal.dissociate(request, user);
      else this.portal.associate(request, user);
      return;
    }
    await this.inPortal(async (db) => {
      if (remove) {
        await sql`update record set company_id = null where portal_id = ${this.portalId} and id = ${from} and company_id = ${to}`.execute(
          db,
        );
        await sql`delete from association where portal_id = ${this.portalId} and from_id = ${from} and to_id = ${to}`.execute(
          db,
        );
      } else if (primary) {
        await sql`delete from association where portal_id = ${this.portalId} and from_id = ${from} and to_id = ${to}`.execute(
          db,
        );
        await sql`update record set company_id = ${to} where portal_id = ${this.portalId} and id = ${from} and deleted_at is null
          and exists (select from record c where c.portal_id = ${this.portalId} and c.id = ${to} and c.deleted_at is null)`.execute(
          db,
        );
      } else {
        await sql`insert into association (portal_id, from_type, from_id, to_type, to_id)
          select ${this.portalId}, 'contact', ${from}, 'company', ${to}
          where not exists (select from record where portal_id = ${this.portalId} and id = ${from} and company_id = ${to})
          on conflict do nothing`.execute(db);
      }
    });
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
    const answer = await this.#api(method, "/settings", body);
    if (answer.status !== 200)
      throw new Error(`settings: ${method} ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as { version: number; settings: Settings };
  }

  async #api(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.#world.server.url}/api/v1${path}`, {
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
    this.#world.sandbox.setFaults([...this.#faults.values()].flat());
  }

  /** Everything well-behaved and switched on; then every leg of completeness once, and until nothing is left to do. */
  async settle(first: boolean): Promise<void> {
    // What a rule for new records had left out is not looked at again by itself: a run over all of them is.
    const pushes = first ? (["push"] as const) : [];
    this.setFaults(0, 0);
    this.#settledFrom ??= Date.now();
    await this.#world.control("PATCH", `/sandbox/portals/${this.portalId}`, {
      options: { searchLagMs: 0, dailyLimit: null, limits: "unlimited" },
    });
    await this.changeSettings((settings) => ({
      ...settings,
      automatic: { push: true, pull: true },
      contact: {
        ...settings.contact,
        push: { enabled: true, conditions: noConditions },
        pull: { conditions: noConditions },
        requireCompany: false,
      },
      company: {
        ...settings.company,
        push: { enabled: true, conditions: noConditions },
        pull: { conditions: noConditions },
      },
    }));
    // A run that is under way has begun under the old rules, and a second one would be that one.
    if (first) await this.quiet();
    await this.#sitOutClaims();
    await this.inPortal(async (db) => {
      for (const kind of ["pull", ...pushes, "sweep"] as const) {
        for (const objectType of ["company", "contact"] as const) {
          await startRun(db, this.portalId, {
            kind,
            objectType,
            mode: kind === "pull" ? "changed" : "full",
            manual: false,
            source: "schedule",
            requestedBy: "",
          });
        }
      }
    });
    await this.quiet();
  }

  /** A worker that dies with the only new refresh token in its hands costs the connection: an admin connects again. */
  async #reconnect(): Promise<void> {
    const { state } = await this.inPortal((db) =>
      db
        .selectFrom("installation")
        .select("state")
        .where("portal_id", "=", this.portalId)
        .executeTakeFirstOrThrow(),
    );
    if (state !== "disconnected") return;
    const installed = await this.#world.control<{ apiKey: string | null }>(
      "POST",
      `/sandbox/portals/${this.portalId}/install`,
      {},
    );
    // Null: the key that the product has is still valid.
    if (installed.status === 200)
      this.#apiKey = installed.body.apiKey ?? this.#apiKey;
  }

  /** What HubSpot did not allow for a while: an admin grants it again, and presses Retry on what was told of it. */
  async #regain(): Promise<void> {
    const { rows } = await this.inPortal((db) =>
      sql<{ id: string }>`
        select a.id from attention a join installation i on i.portal_id = a.portal_id
        where a.portal_id = ${this.portalId} and a.state = 'open' and a.code = 'missing_scope' and a.record_id is null
          and i.missing_capabilities ? (a.details ->> 'capability')
        limit 1`.execute(db),
    );
    for (const { id } of rows) {
      const { status, text } = await this.#api(
        "POST",
        `/attention/${id}/retry`,
      );
      // Not yet, or settled by another look in the meantime: what still stands is pressed again.
      if (status !== 200 && status !== 409)
        throw new Error(`retry: ${status} ${text}`);
    }
  }

  /**
   * Lets time pass for claims, put-off records and events: a minute in a moment. A request that may still be under way
   * keeps its claim, as no request outlives a real one; so does a token that is just being refreshed. One that waits for
   * a limit goes out a second after that is lifted.
   */
  async #sitOutClaims(): Promise<void> {
    const begun = Date.now() - (this.#settledFrom ?? Date.now());
    await this.inPortal(async (db) => {
      if (begun > 3_000)
        await sql`update attempt set claim_ends_at = now(), created_at = least(created_at, now() - interval '1 minute')
          where portal_id = ${this.portalId} and claimed and claim_ends_at < now() + interval '58 seconds'`.execute(
          db,
        );
      await sql`update identity_claim set ends_at = now() where portal_id = ${this.portalId}
          and ends_at < now() + interval '59 seconds'`.execute(db);
      await sql`update installation set access_expires_at = clock_timestamp()
        where portal_id = ${this.portalId} and access_token is null
          and access_expires_at between clock_timestamp() and clock_timestamp() + interval '19 seconds'`.execute(
        db,
      );
      await sql`update call_budget set granted = '{}', paused_until = null where portal_id = ${this.portalId}`.execute(
        db,
      );
      await sql`update dirty set due_at = now() where portal_id = ${this.portalId} and due_at > now()`.execute(
        db,
      );
      await sql`update inbox set due_at = now() where portal_id = ${this.portalId} and settled_at is null and due_at > now()`.execute(
        db,
      );
      await sql`update lane set next_at = now(), waits = false, failures = 0
        where portal_id = ${this.portalId} and not leased and kind in ('inbox', 'dirty', 'run') and next_at > now() - interval '1 second'`.execute(
        db,
      );
    });
  }

  /** Until no event, run, claim or due record of this portal is left. */
  async quiet(): Promise<void> {
    const end = Date.now() + 45_000;
    let left = "";
    let calm = 0;
    while (calm < 2) {
      await this.#world.sandbox.platform.webhooks.flush(2_000);
      const { rows } = await this.inPortal((db) =>
        sql<{ what: string; count: string }>`
          select 'dirty' as what, count(*) from dirty where portal_id = ${this.portalId} and looks < 8
          union all select 'inbox', count(*) from inbox where portal_id = ${this.portalId} and settled_at is null
          union all select 'run', count(*) from run where portal_id = ${this.portalId} and state in ('queued', 'running')
          union all select 'claim', count(*) from attempt where portal_id = ${this.portalId} and claimed and claim_ends_at > now()
          union all select 'leased', count(*) from lane where portal_id = ${this.portalId} and leased`.execute(
          db,
        ),
      );
      left = rows
        .filter((row) => row.count !== "0")
        .map((row) => `${row.what} ${row.count}`)
        .join(", ");
      if (left === "") calm += 1;
      else {
        calm = 0;
        if (Date.now() > end)
          throw new Error(
            `Portal ${this.portalId} does not come to rest: ${left}.`,
          );
        await this.#reconnect();
        await this.#regain();
        await this.#sitOutClaims();
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    }
  }
}

export { plural };

const noConditions: Conditions = {
  stages: null,
  emailStatuses: null,
  customField: null,
};

/** What is typed early in a history is numbered low, so that some new records meet these conditions and others do not. */
const only = ({
  conditions = false,
}: NonNullable<Extract<Step, { kind: "settings" }>["rules"]>): Conditions => ({
  ...noConditions,
  ...(conditions ? { customField: { field: "city", values: early } } : {}),
});

const early = Array.from({ length: 30 }, (_, index) => valueOf(index + 1));

// Of one width, so that none is part of another.
function valueOf(count: number): string {
  return `v${String(count).padStart(4, "0")}`;
}

/** The settings after a step that changes them. */
function chosen(
  settings: Settings,
  step: Extract<Step, { kind: "settings" }>,
): Settings {
  const { deletionSync, mergeSync, policy, rules } = step;
  const ofType = <T extends Settings["company"]>(
    type: EntityType,
    before: T,
  ): T => ({
    ...before,
    deletionSync,
    mergeSync,
    policy,
    ...(rules === undefined
      ? {}
      : {
          push: { enabled: rules.pushEnabled, conditions: only(rules) },
          pull: { conditions: only(rules) },
          mappings: before.mappings.map((mapping) => {
            const at = fields[type].findIndex(
              ([field]) => field === mapping.field,
            );
            const { policy: _, ...bare } = mapping;
            if (at === 0)
              return rules.policy === null
                ? bare
                : { ...bare, policy: rules.policy };
            if (at === 2) return { ...mapping, direction: rules.direction };
            return at === 3 ? { ...mapping, clear: rules.clear } : mapping;
          }),
        }),
  });
  return {
    ...settings,
    automatic: { push: step.push, pull: step.pull },
    company: ofType("company", settings.company),
    contact: {
      ...ofType("contact", settings.contact),
      ...(rules === undefined
        ? {}
        : {
            requireCompany: rules.requireCompany,
            companyWithContact: rules.companyWithContact,
          }),
    },
  };
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
