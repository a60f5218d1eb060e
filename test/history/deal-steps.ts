import { z } from "zod";
import type { Portal } from "../../sandbox/crm/portal.ts";
import type { Db } from "../../server/database/database.ts";
import type { World } from "../acceptance/world.ts";
import { user } from "./fields.ts";
import type { Entity } from "./fields.ts";
import type { EntityType, Side, StepOf } from "./steps.ts";
import { moveDeal } from "./workspace-side.ts";

/** A pipeline and one of its stages, as records and objects name them. */
export interface Place {
  readonly pipeline: string;
  readonly stage: string;
}

/** Gives the portal a second pipeline, with stages of its own. */
export async function addPipeline(
  world: World,
  portalId: number,
): Promise<void> {
  const made = await world.control(
    "POST",
    `/sandbox/portals/${portalId}/pipelines/deals`,
    {
      label: "Renewals",
      displayOrder: 1,
      stages: [
        ["Due", "0.5", "false"],
        ["Renewed", "1.0", "true"],
        ["Given up", "0.0", "true"],
      ].map(([label, probability, isClosed], displayOrder) => ({
        label,
        displayOrder,
        metadata: { probability, isClosed },
      })),
    },
  );
  if (made.status !== 201)
    throw new Error(`a pipeline: ${JSON.stringify(made)}`);
}

/** What the steps need of the play that they are in. */
interface Around {
  readonly portal: Portal;
  entity(type: EntityType, index: number): Entity | undefined;
  idOn(entity: Entity, side: Side): Promise<string | null>;
  inPortal<T>(work: (db: Db) => Promise<T>): Promise<T>;
  api(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; text: string }>;
}

/** The steps that only deals have. */
export class DealSteps {
  readonly #play: Around;

  constructor(play: Around) {
    this.#play = play;
  }

  /** The nth stage of HubSpot's nth pipeline. */
  place(pipeline: number, stage: number): Place {
    const { state } = this.#play.portal.pipelineScope("deals");
    const pipelines = state.pipelines.list("deals");
    const found = pipelines[pipeline % pipelines.length];
    const stages = found?.stages ?? [];
    return {
      pipeline: found?.id ?? "",
      stage: stages[stage % Math.max(1, stages.length)]?.id ?? "",
    };
  }

  /** The pipelines that the server knows of. */
  async pipelines(): Promise<readonly unknown[]> {
    const { status, text } = await this.#play.api("GET", "/pipelines/deals");
    return status === 200
      ? z.object({ results: z.array(z.unknown()) }).parse(JSON.parse(text))
          .results
      : [];
  }

  /** An admin selects a pipeline, or no longer. */
  async select({ pipeline, selected }: StepOf<"select">): Promise<void> {
    const { status, text } = await this.#play.api(
      "PATCH",
      `/pipelines/deals/${this.place(pipeline, 0).pipeline}`,
      { selected },
    );
    // One that the server doesn't know yet, and one that somebody has just changed.
    if (![200, 404, 409].includes(status))
      throw new Error(`select: ${status} ${text}`);
  }

  /** Somebody drags a deal to another stage, of this or of another pipeline. */
  async move({
    side,
    entity,
    pipeline,
    stage,
  }: StepOf<"move-deal">): Promise<void> {
    const deal = this.#play.entity("deal", entity);
    const id = deal === undefined ? null : await this.#play.idOn(deal, side);
    if (id === null) return;
    const place = this.place(pipeline, stage);
    if (side === "hubspot")
      this.#play.portal.update(
        "deals",
        id,
        { pipeline: place.pipeline, dealstage: place.stage },
        user,
      );
    else await this.#play.inPortal((db) => moveDeal(db, id, place));
  }
}
