import type { ObjectTypeName, PipelineProperties } from "./object-type.ts";
import { objectTypes } from "./object-types.ts";
import { isoTime } from "./time.ts";

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

/** Whether a stage with this metadata is closed. */
export function closes(
  kind: PipelineProperties["metadata"],
  value: string | undefined,
): boolean {
  return kind === "ticketState"
    ? value === "CLOSED"
    : ["0", "0.0", "1", "1.0"].includes(value ?? "");
}

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

/** One change of a pipeline or a stage, as its audit lists it. */
export type PipelineAudit = {
  readonly portalId: number;
  readonly identifier: string;
  readonly action: "CREATE" | "UPDATE" | "DELETE";
  readonly timestamp: string;
  readonly fromUserId?: number;
  readonly rawObject: unknown;
};

/** The pipelines of one portal. A type of objects that go through pipelines has one to begin with. */
export class PipelineList {
  private readonly byType = new Map<ObjectTypeName, Pipeline[]>();
  private readonly audits = new Map<string, readonly PipelineAudit[]>();
  private nextId = 700_001;

  constructor(at: number) {
    for (const { name, pipeline } of objectTypes)
      if (pipeline !== undefined)
        this.byType.set(name, [firstPipeline(pipeline, isoTime(at))]);
  }

  /** Stores a change of a pipeline or a stage. */
  record(type: ObjectTypeName, audit: PipelineAudit): void {
    const key = `${type}/${audit.identifier}`;
    this.audits.set(key, [audit, ...(this.audits.get(key) ?? [])]);
  }

  /** Returns the changes of a pipeline or a stage, newest first. */
  auditOf(type: ObjectTypeName, id: string): readonly PipelineAudit[] {
    return this.audits.get(`${type}/${id}`) ?? [];
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
    const time = isoTime(at);
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
      isoTime(at),
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
    const time = isoTime(at);
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

  /** Finds a stage by id in any pipeline of a type, or only in the given pipeline. */
  stage(
    type: ObjectTypeName,
    id: string,
    pipelineId?: string,
  ): Stage | undefined {
    for (const pipeline of this.list(type)) {
      if (pipelineId !== undefined && pipeline.id !== pipelineId) continue;
      const stage = pipeline.stages.find(
        (candidate) => candidate.id === id && !candidate.archived,
      );
      if (stage !== undefined) return stage;
    }
    return undefined;
  }

  /** Returns the default pipeline of a new object: the first one with its stage, or else the first one. */
  defaultFor(type: ObjectTypeName, stageId: string): Pipeline | undefined {
    const all = this.list(type);
    return (
      all.find(({ stages }) => stages.some(({ id }) => id === stageId)) ??
      all[0]
    );
  }
}

function firstPipeline(
  { metadata: kind, first }: PipelineProperties,
  time: string,
): Pipeline {
  return {
    id: first.id,
    label: first.label,
    displayOrder: 0,
    stages: first.stages.map(([id, label, value], displayOrder) =>
      newStage(
        id,
        label,
        displayOrder,
        { isClosed: String(closes(kind, value)), [kind]: value },
        // HubSpot dates the stages of its default pipelines at the epoch.
        isoTime(0),
      ),
    ),
    createdAt: time,
    updatedAt: time,
    archived: false,
  };
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
