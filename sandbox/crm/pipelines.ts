import type { ObjectTypeName } from "./object-types.ts";

export type Stage = {
  readonly id: string;
  label: string;
  displayOrder: number;
  metadata: Readonly<Record<string, string>>;
  readonly writePermissions: "CRM_PERMISSIONS_ENFORCEMENT";
  readonly createdAt: string;
  updatedAt: string;
  archived: boolean;
};

/** What a caller sets of a stage. */
export type StageInput = Pick<Stage, "label" | "displayOrder" | "metadata">;

export type Pipeline = {
  readonly id: string;
  label: string;
  displayOrder: number;
  stages: Stage[];
  readonly createdAt: string;
  updatedAt: string;
  archived: boolean;
};

/** Id, label, probability. The stages of a new account's sales pipeline. */
const salesStages: readonly (readonly [string, string, string])[] = [
  ["appointmentscheduled", "Appointment Scheduled", "0.2"],
  ["qualifiedtobuy", "Qualified To Buy", "0.4"],
  ["presentationscheduled", "Presentation Scheduled", "0.6"],
  ["decisionmakerboughtin", "Decision Maker Bought-In", "0.8"],
  ["contractsent", "Contract Sent", "0.9"],
  ["closedwon", "Closed Won", "1.0"],
  ["closedlost", "Closed Lost", "0.0"],
];

/** The pipelines of one portal. Only deals have any to begin with. */
export class PipelineList {
  private readonly byType = new Map<ObjectTypeName, Pipeline[]>();
  private nextId = 700_001;

  constructor(at: number) {
    const time = new Date(at).toISOString();
    const stages = salesStages.map(([id, label, probability], displayOrder) =>
      newStage(
        id,
        label,
        displayOrder,
        { isClosed: String(id.startsWith("closed")), probability },
        time,
      ),
    );
    this.byType.set("deals", [
      {
        id: "default",
        label: "Sales Pipeline",
        displayOrder: 0,
        stages,
        createdAt: time,
        updatedAt: time,
        archived: false,
      },
    ]);
  }

  /** The pipelines of a type that are not archived. */
  list(type: ObjectTypeName): Pipeline[] {
    return (this.byType.get(type) ?? []).filter(
      (pipeline) => !pipeline.archived,
    );
  }

  /** One of them. */
  find(type: ObjectTypeName, id: string): Pipeline | undefined {
    return this.list(type).find((pipeline) => pipeline.id === id);
  }

  /** Adds a pipeline; ids of new pipelines and stages are numbers in text, as HubSpot's are. */
  create(
    type: ObjectTypeName,
    label: string,
    stages: readonly {
      readonly label: string;
      readonly metadata: Readonly<Record<string, string>>;
    }[],
    at: number,
  ): Pipeline {
    const time = new Date(at).toISOString();
    const pipelines = this.byType.get(type) ?? [];
    const pipeline: Pipeline = {
      id: String(this.nextId++),
      label,
      displayOrder: pipelines.length,
      stages: stages.map((stage, index) =>
        newStage(
          String(this.nextId++),
          stage.label,
          index,
          stage.metadata,
          time,
        ),
      ),
      createdAt: time,
      updatedAt: time,
      archived: false,
    };
    this.byType.set(type, [...pipelines, pipeline]);
    return pipeline;
  }

  /** Adds a stage behind the others. */
  addStage(
    pipeline: Pipeline,
    label: string,
    metadata: Readonly<Record<string, string>>,
    at: number,
  ): Stage {
    const stage = newStage(
      String(this.nextId++),
      label,
      pipeline.stages.length,
      metadata,
      new Date(at).toISOString(),
    );
    pipeline.stages.push(stage);
    pipeline.updatedAt = stage.createdAt;
    return stage;
  }

  /** Puts all that a caller can set in place of what a pipeline had; a stage that is named by its id keeps its age. */
  replace(
    pipeline: Pipeline,
    values: Pick<Pipeline, "label" | "displayOrder">,
    stages: readonly (StageInput & { readonly id: string | undefined })[],
    at: number,
  ): void {
    const time = new Date(at).toISOString();
    const before = new Map(pipeline.stages.map((stage) => [stage.id, stage]));
    pipeline.stages = stages.map(({ id, label, displayOrder, metadata }) => {
      const stage = newStage(
        id ?? String(this.nextId++),
        label,
        displayOrder,
        metadata,
        time,
      );
      const known = before.get(stage.id);
      return known === undefined
        ? stage
        : { ...stage, createdAt: known.createdAt };
    });
    Object.assign(pipeline, values, { updatedAt: time });
  }

  /** The stage with this id in any pipeline of deals, or only in the one named. */
  dealStage(id: string, pipelineId?: string): Stage | undefined {
    for (const pipeline of this.list("deals")) {
      if (pipelineId !== undefined && pipeline.id !== pipelineId) continue;
      const stage = pipeline.stages.find(
        (candidate) => candidate.id === id && !candidate.archived,
      );
      if (stage !== undefined) return stage;
    }
    return undefined;
  }
}

function newStage(
  id: string,
  label: string,
  displayOrder: number,
  metadata: Readonly<Record<string, string>>,
  time: string,
): Stage {
  return {
    id,
    label,
    displayOrder,
    metadata,
    writePermissions: "CRM_PERMISSIONS_ENFORCEMENT",
    createdAt: time,
    updatedAt: time,
    archived: false,
  };
}
