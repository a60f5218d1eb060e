import { sql } from "kysely";
import type { FaultDocument } from "../../sandbox/fault-document.ts";
import type { Counterpart } from "../../server/app.ts";
import { World } from "../acceptance/world.ts";
import { withDeals } from "./choose-settings.ts";
import { addPipeline } from "./deal-steps.ts";
import { keepEvidence } from "./evidence.ts";
import { footprint } from "./footprint.ts";
import { survey } from "./ground.ts";
import { judge } from "./judge.ts";
import { refusedPrefix } from "./fields.ts";
import { addMoreOwners } from "./owner-steps.ts";
import { Play } from "./play.ts";
import { Rest } from "./rest.ts";
import type { History } from "./steps.ts";
import { ServerProcess } from "../acceptance/kill-process.ts";

/**
 * Settling once more must write nothing. Once may the next changed pull still tell of what a last write replaced
 * unseen, or carry on what a sweep has repaired.
 */
const mostRounds = 3;

/** Beside other work, on a slow machine, a first pull that is killed and begun again may take half a minute. */
const FIRST_PULL_MS = 120_000;
/** Six histories that look every 20 ms would be most of what Postgres does. */
const LOOK_EVERY_MS = 100;

/** One server and sandbox in which any number of histories are played, each in a portal of its own. */
export class Stage {
  readonly world: World;
  readonly #faults = new Map<number, FaultDocument[]>();
  readonly #second: Counterpart;
  #mortal: Promise<ServerProcess>;
  #dying = false;

  private constructor(world: World, second: Counterpart) {
    this.world = world;
    this.#second = second;
    this.#mortal = mortalWorker(world);
  }

  static async open(): Promise<Stage> {
    const world = await World.start({
      // The budget of calls is one that all processes share: a minute that a history lets pass frees it for all.
      environment: { WORKER_CONCURRENCY: "6", CALL_LIMIT: "learned" },
    });
    // A rule of the product's own that some pulled values break.
    await sql`
      alter table record add constraint city_is_welcome
      check (coalesce(properties ->> 'city', '') not like ${sql.lit(`${refusedPrefix}%`)})`.execute(
      world.server.database.owner,
    );
    // Lanes are any process' to work: three share them, and what one caches the others must not rely on.
    return new Stage(world, await world.another({ ROLE: "worker" }));
  }

  /** Kills the process that may die, and starts another, unless one is just being started. */
  #kill(): void {
    if (this.#dying) return;
    this.#dying = true;
    this.#mortal = this.#mortal
      .then((one) => one.kill())
      .then(() => mortalWorker(this.world))
      .finally(() => {
        this.#dying = false;
      });
  }

  async close(): Promise<void> {
    await (await this.#mortal).kill();
    await this.#second.stop();
    await this.world.stop();
  }

  /** Plays a history, lets everything settle, and says what does not hold. */
  async findings(history: History): Promise<string[]> {
    const play = await this.#enter(history);
    try {
      const findings = await this.#findingsOf(play, history).catch(
        (error: unknown) => [messageOf(error)],
      );
      return findings.length === 0
        ? []
        : [
            ...findings,
            `What both sides hold: ${await keepEvidence(play, findings)}`,
          ];
    } finally {
      await this.#leave(play);
    }
  }

  async #findingsOf(play: Play, history: History): Promise<string[]> {
    await play.play(history);
    const rest = new Rest(play);
    let before = "";
    let after = "";
    for (let round = 0; round < mostRounds; round++) {
      await rest.settle(round === 0);
      before = after;
      after = await footprint(this.world, play);
      if (before === after) break;
    }
    return [
      ...judge(await survey(play), {
        entities: play.entities,
        typed: [...play.typed.values()],
        merges: play.merges,
        directed: play.directed,
        owners: play.owners.deeds,
        deleted: play.deleted,
        deletionSync: play.deletionSync,
      }),
      ...(before === after
        ? []
        : [`it never comes to rest: ${before} became ${after}`]),
    ];
  }

  async #enter(history: History): Promise<Play> {
    const made = await this.world.control<{ portalId: number }>(
      "POST",
      "/sandbox/portals",
      {
        options: { limits: "unlimited", ...history.options },
      },
    );
    const { portalId } = made.body;
    const { seeded = 0 } = history;
    if (seeded > 0)
      await this.world.control("POST", `/sandbox/portals/${portalId}/seed`, {
        contacts: seeded,
        companies: Math.ceil(seeded / 2),
        seed: portalId,
      });
    await addMoreOwners(this.world, portalId);
    await addPipeline(this.world, portalId);
    const installed = await this.world.control<{ apiKey: string }>(
      "POST",
      `/sandbox/portals/${portalId}/install`,
      {},
    );
    if (installed.status !== 200)
      throw new Error(`install: ${JSON.stringify(installed.body)}`);
    const play = new Play(
      this.world,
      { portalId, apiKey: installed.body.apiKey },
      this.#faults,
      () => {
        this.#kill();
      },
    );
    play.meetSeeded();
    await this.world.until(
      async () => {
        const row = await play.inPortal((db) =>
          db
            .selectFrom("installation")
            .select("state")
            .where("portal_id", "=", portalId)
            .executeTakeFirst(),
        );
        return row?.state === "active";
      },
      "the first pull",
      FIRST_PULL_MS,
      LOOK_EVERY_MS,
    );
    await play.changeSettings(withDeals);
    // Without calls left, that takes until the rest.
    if (history.options["dailyLimit"] === null) await this.#dealsPrepared(play);
    return play;
  }

  async #dealsPrepared(play: Play): Promise<void> {
    try {
      await this.world.until(
        async () => (await play.deals.pipelines()).length === 2,
        "deals have been prepared",
        FIRST_PULL_MS,
        LOOK_EVERY_MS,
      );
    } catch (cause) {
      const upkeep = await play.inPortal((db) =>
        db
          .selectFrom("lane")
          .selectAll()
          .where("portal_id", "=", play.portalId)
          .where("kind", "=", "upkeep")
          .executeTakeFirst(),
      );
      throw new Error(`deals are not prepared: ${JSON.stringify(upkeep)}`, {
        cause,
      });
    }
  }

  /** The portal rests from here on, so that later histories have the workers to themselves. */
  async #leave(play: Play): Promise<void> {
    play.setFaults(0, 0);
    await play.inPortal((db) =>
      db
        .updateTable("installation")
        .set({ state: "held" })
        .where("portal_id", "=", play.portalId)
        .execute(),
    );
  }
}

/** An error's message, and the line of the harness that it came from: Postgres doesn't name the statement. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "not an error";
  const line = error.stack
    ?.split("\n")
    .find((frame) => frame.includes("/test/history/"));
  return line === undefined
    ? error.message
    : `${error.message} (${line.trim()})`;
}

/** A worker in a process of its own, so that it can be killed. Its log stays silent: it is meant to fail. */
const mortalWorker = (world: World): Promise<ServerProcess> =>
  ServerProcess.start(world, { ROLE: "worker" });
