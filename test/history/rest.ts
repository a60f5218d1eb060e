import { sql } from "kysely";
import { startRun } from "../../server/sync/runs/runs.ts";
import { noConditions } from "./choose-settings.ts";
import type { Play } from "./play.ts";

/** What must be gone for a portal to be at rest. */
const toDo = ["dirty", "inbox", "run", "approval", "claim", "leased"];

/** How a history comes to rest: everything switched on, no fault left, and nothing left to do. */
export class Rest {
  /** When everything was switched on and no fault was left. */
  #calmFrom: number | undefined;
  readonly #play: Play;

  constructor(play: Play) {
    this.#play = play;
  }

  /** Ends all faults, switches everything on, then runs every leg of completeness once, until nothing is left to do. */
  async settle(first: boolean): Promise<void> {
    const play = this.#play;
    // What a rule for new records had left out is not looked at again by itself: a run over all of them is.
    const pushes = first ? (["push"] as const) : [];
    play.setFaults(0, 0);
    this.#calmFrom ??= Date.now();
    await play.world.control("PATCH", `/sandbox/portals/${play.portalId}`, {
      options: { searchLagMs: 0, dailyLimit: null, limits: "unlimited" },
    });
    await play.changeSettings((settings) => ({
      ...settings,
      automatic: { push: true, pull: true },
      contact: {
        ...settings.contact,
        push: { enabled: true, conditions: noConditions },
        pull: { conditions: noConditions, visible: true },
        requireCompany: false,
        pushUnverifiedEmails: true,
        matching: "link",
      },
      company: {
        ...settings.company,
        push: { enabled: true, conditions: noConditions },
        pull: { conditions: noConditions, visible: true },
        matching: "link",
      },
      deal: {
        ...settings.deal,
        enabled: true,
        pipelines: null,
        push: { enabled: true, conditions: noConditions },
        pull: { conditions: noConditions, visible: true },
        requireCompany: false,
      },
    }));
    // A run that is under way has begun under the old rules, and a second one would be that one.
    if (first) await this.#quiet();
    await this.#sitOutClaims();
    await play.inPortal(async (db) => {
      for (const kind of ["pull", ...pushes, "sweep"] as const) {
        for (const objectType of ["company", "contact", "deal"] as const) {
          await startRun(db, play.portalId, {
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
    await this.#quiet();
  }

  /** A worker that dies with the only new refresh token in its hands costs the connection: an admin connects again. */
  async #reconnect(): Promise<void> {
    // Its product's key stays valid.
    await this.#play.world.control(
      "POST",
      `/sandbox/portals/${this.#play.portalId}/install`,
      {},
    );
  }

  /**
   * What a brake holds is decided by a person: some portals' approve of it, the others' keep what was deleted and refuse
   * what would be created. Updates are always approved of: refused ones leave two sides that differ for good.
   */
  async #decideHeld(): Promise<void> {
    const { rows } = await this.#play.inPortal((db) =>
      sql<{ id: string; code: string }>`
        select id, code from attention
        where portal_id = ${this.#play.portalId} and state = 'open' and part_of is null
          and code in ('mass_deletion', 'mass_creation', 'mass_update')`.execute(
        db,
      ),
    );
    for (const { id, code } of rows) {
      const choice =
        this.#play.portalId % 2 === 0 || code === "mass_update"
          ? "approve"
          : "refuse";
      const { status, text } = await this.#play.api(
        "POST",
        `/attention/${id}/resolve`,
        { choice },
      );
      // Nothing may be left of it by now.
      if (status !== 200 && status !== 409)
        throw new Error(`resolve: ${status} ${text}`);
    }
  }

  /** What HubSpot did not allow for a while: an admin grants it again, and presses Retry on what was told of it. */
  async #regain(): Promise<void> {
    const { rows } = await this.#play.inPortal((db) =>
      sql<{ id: string }>`
        select a.id from attention a join installation i on i.portal_id = a.portal_id
        where a.portal_id = ${this.#play.portalId} and a.state = 'open' and a.code = 'missing_scope' and a.record_id is null
          and i.missing_capabilities ? (a.details ->> 'capability')
        limit 1`.execute(db),
    );
    for (const { id } of rows) {
      const { status, text } = await this.#play.api(
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
    const begun = Date.now() - (this.#calmFrom ?? Date.now());
    await this.#play.inPortal(async (db) => {
      if (begun > 3_000)
        await sql`update attempt set claim_ends_at = now(), created_at = least(created_at, now() - interval '1 minute')
          where portal_id = ${this.#play.portalId} and claimed and claim_ends_at < now() + interval '58 seconds'`.execute(
          db,
        );
      await sql`update identity_claim set ends_at = now() where portal_id = ${this.#play.portalId}
          and ends_at < now() + interval '59 seconds'`.execute(db);
      await sql`update installation set access_expires_at = clock_timestamp()
        where portal_id = ${this.#play.portalId} and access_token is null
          and access_expires_at between clock_timestamp() and clock_timestamp() + interval '19 seconds'`.execute(
        db,
      );
      await sql`update call_budget set granted = '{}', paused_until = null where portal_id = ${this.#play.portalId}`.execute(
        db,
      );
      await sql`update dirty set due_at = now() where portal_id = ${this.#play.portalId} and due_at > now() and due_at < 'infinity'`.execute(
        db,
      );
      await sql`update inbox set due_at = now() where portal_id = ${this.#play.portalId} and settled_at is null and due_at > now()`.execute(
        db,
      );
      // Only lanes that have something to do: one that is woken for nothing is work for every process.
      await sql`update lane l set next_at = now(), waits = false, failures = 0
        where portal_id = ${this.#play.portalId} and not leased and next_at > now()
          and case kind
            when 'dirty' then exists (select from dirty d where d.portal_id = l.portal_id and d.due_at <= now())
            when 'inbox' then exists (select from inbox i where i.portal_id = l.portal_id and i.settled_at is null and i.due_at <= now())
            when 'run' then exists (select from run r where r.portal_id = l.portal_id and r.state in ('queued', 'running'))
            -- HubSpot may have refused a call meanwhile.
            when 'upkeep' then l.waits
            else false end`.execute(db);
    });
  }

  /**
   * Until no event, run, claim, due record, or undecided approval of this portal is left. Throws after 45 s in which
   * neither a run nor an event ended, or after three minutes: a busy machine is slow, and still gets there.
   */
  async #quiet(): Promise<void> {
    const last = Date.now() + 180_000;
    let end = Date.now() + 45_000;
    let ended = "0";
    let left = "";
    let calm = 0;
    let looks = 0;
    while (calm < 2) {
      await this.#play.world.sandbox.platform.webhooks.flush(2_000);
      const { rows } = await this.#play.inPortal((db) =>
        sql<{ what: string; count: string }>`
          select 'dirty' as what, count(*) from dirty where portal_id = ${this.#play.portalId} and looks < 8
          union all select 'inbox', count(*) from inbox where portal_id = ${this.#play.portalId} and settled_at is null
          union all select 'run', count(*) from run where portal_id = ${this.#play.portalId} and state in ('queued', 'running')
          union all select 'approval', count(*) from attention where portal_id = ${this.#play.portalId} and state = 'open'
            and part_of is null and code in ('mass_deletion', 'mass_creation', 'mass_update')
          union all select 'claim', count(*) from attempt where portal_id = ${this.#play.portalId} and claimed and claim_ends_at > now()
          union all select 'leased', count(*) from lane where portal_id = ${this.#play.portalId} and leased
          union all select 'disconnected', count(*) from installation where portal_id = ${this.#play.portalId} and state = 'disconnected'
          union all select 'withheld', count(*) from attention a join installation i on i.portal_id = a.portal_id
            where a.portal_id = ${this.#play.portalId} and a.state = 'open' and a.code = 'missing_scope' and a.record_id is null
              and i.missing_capabilities ? (a.details ->> 'capability')
          union all select 'ended', (select count(*) from run where portal_id = ${this.#play.portalId} and state = 'done')
            + (select count(*) from inbox where portal_id = ${this.#play.portalId} and settled_at is not null)`.execute(
          db,
        ),
      );
      const counts = new Map(rows.map(({ what, count }) => [what, count]));
      const has = (what: string): boolean => counts.get(what) !== "0";
      const done = counts.get("ended") ?? "0";
      if (done !== ended) end = Math.min(Date.now() + 45_000, last);
      ended = done;
      left = toDo
        .filter(has)
        .map((what) => `${what} ${counts.get(what)}`)
        .join(", ");
      if (left === "") calm += 1;
      else {
        calm = 0;
        if (Date.now() > end)
          throw new Error(
            `Portal ${this.#play.portalId} does not come to rest: ${left}.`,
          );
        if (has("disconnected")) await this.#reconnect();
        if (has("withheld")) await this.#regain();
        if (has("approval")) await this.#decideHeld();
        // A turn may itself wait for what time brings, so time passes beside it too, though not at every look.
        if (looks % 4 === 0 || !has("leased")) await this.#sitOutClaims();
        looks += 1;
        await new Promise((resolve) => setTimeout(resolve, 75));
      }
    }
  }
}
