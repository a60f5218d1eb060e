import type { CrmState } from "./crm-state.ts";
import type { ObjectStore } from "./object-store.ts";
import {
  closes,
  type Pipeline,
  type PipelineAudit,
  type Stage,
  type StageInput,
} from "./pipelines.ts";
import {
  asObject,
  isObject,
  optionalText,
  requiredText,
  type Json,
} from "./read-body.ts";
import { invalid, notFound, type Refusal } from "./refusal.ts";
import { isoTime } from "./time.ts";

/** The pipelines of one type. `userId` is the user who changes them, also through an app. */
export type PipelineScope = {
  readonly state: CrmState;
  readonly store: ObjectStore;
  readonly userId?: number | undefined;
};

/** @throws Refusal 404 */
export function existingPipeline(
  { state, store }: PipelineScope,
  id: string,
): Pipeline {
  const pipeline = state.pipelines.find(store.type.name, id);
  if (pipeline === undefined) throw notFound(true);
  return pipeline;
}

/** @throws Refusal 404 */
export function existingStage(
  scope: PipelineScope,
  pipelineId: string,
  id: string,
): Stage {
  const stage = existingPipeline(scope, pipelineId).stages.find(
    (candidate) => candidate.id === id,
  );
  if (stage === undefined) throw notFound(true);
  return stage;
}

/** Creates a pipeline with its stages. @throws Refusal 400 for a bad body */
export function createPipeline(scope: PipelineScope, given: unknown): Pipeline {
  const { state, store } = scope;
  const body = asObject(given);
  const stages = Array.isArray(body["stages"])
    ? body["stages"].map(asObject)
    : [];
  const pipeline = state.pipelines.create(
    store.type.name,
    requiredText(body, "label"),
    stages.map((stage) => ({
      label: requiredText(stage, "label"),
      metadata: readMetadata(store, stage),
    })),
    state.tick(),
  );
  return recorded(scope, "CREATE", pipeline);
}

/** Changes a pipeline's label or order. @throws Refusal 404, 400 */
export function patchPipeline(
  scope: PipelineScope,
  id: string,
  given: unknown,
): Pipeline {
  const pipeline = existingPipeline(scope, id);
  const body = asObject(given);
  relabel(scope, pipeline, body);
  return recorded(scope, "UPDATE", pipeline);
}

/**
 * Replaces a pipeline's label, order, and stages. A stage with a known id stays; a missing stage is deleted, even if
 * objects are in it.
 * @param checked refuses to delete a stage that objects are in
 * @throws Refusal 404, 400
 */
export function replacePipeline(
  scope: PipelineScope,
  id: string,
  given: unknown,
  checked: boolean,
): Pipeline {
  const { state, store } = scope;
  const pipeline = existingPipeline(scope, id);
  const body = asObject(given);
  const label = requiredText(body, "label");
  const displayOrder = requiredOrder(body);
  if (!Array.isArray(body["stages"]))
    throw invalid("Some required fields were not set: [stages]");
  const wanted = body["stages"].map(asObject).map((stage) => ({
    id: optionalText(stage, "stageId"),
    ...stageInput(store, stage),
  }));
  const named = wanted.flatMap((stage) => stage.id ?? []);
  const kept = new Set(named);
  if (kept.size < named.length)
    throw invalid(`Stage IDs must be unique: ${named.join(", ")}`);
  const gone = pipeline.stages.filter((stage) => !kept.has(stage.id));
  const used = checked
    ? gone.filter((stage) => objectsIn(store, "stage", stage.id).length > 0)
    : [];
  if (used.length > 0)
    throw inUse(
      used.map((stage) => stage.id),
      used.flatMap((stage) => objectsIn(store, "stage", stage.id)),
    );
  state.pipelines.replace(
    pipeline,
    { label, displayOrder },
    wanted,
    state.tick(),
  );
  return recorded(scope, "UPDATE", pipeline);
}

/**
 * Deletes a pipeline, even if objects are in it.
 * @param checked refuses to delete a pipeline that objects are in
 * @throws Refusal 404, 400
 */
export function removePipeline(
  scope: PipelineScope,
  id: string,
  checked: boolean,
): void {
  const pipeline = existingPipeline(scope, id);
  const objectIds = checked
    ? objectsIn(scope.store, "pipeline", pipeline.id)
    : [];
  if (objectIds.length > 0)
    throw inUse(
      pipeline.stages.map((stage) => stage.id),
      objectIds,
    );
  pipeline.archived = true;
  recorded(scope, "DELETE", pipeline);
}

/** Adds a stage behind the others. @throws Refusal 404, 400 */
export function createStage(
  scope: PipelineScope,
  pipelineId: string,
  given: unknown,
): Stage {
  const { state, store } = scope;
  const body = asObject(given);
  const stage = state.pipelines.addStage(
    existingPipeline(scope, pipelineId),
    requiredText(body, "label"),
    readMetadata(store, body),
    state.tick(),
  );
  return recorded(scope, "CREATE", stage);
}

/** Changes the given fields of a stage. @throws Refusal 404, 400 */
export function patchStage(
  scope: PipelineScope,
  pipelineId: string,
  id: string,
  given: unknown,
): Stage {
  const stage = existingStage(scope, pipelineId, id);
  const body = asObject(given);
  if (isObject(body["metadata"]))
    stage.metadata = readMetadata(scope.store, {
      metadata: { ...stage.metadata, ...body["metadata"] },
    });
  relabel(scope, stage, body);
  return recorded(scope, "UPDATE", stage);
}

/** Replaces all fields of a stage that a caller can set. @throws Refusal 404, 400 */
export function replaceStage(
  scope: PipelineScope,
  pipelineId: string,
  id: string,
  given: unknown,
): Stage {
  const stage = existingStage(scope, pipelineId, id);
  Object.assign(stage, stageInput(scope.store, asObject(given)), {
    updatedAt: isoTime(scope.state.tick()),
  });
  return recorded(scope, "UPDATE", stage);
}

/** Deletes a stage that no object is in. @throws Refusal 404, 400 */
export function removeStage(
  scope: PipelineScope,
  pipelineId: string,
  id: string,
): void {
  const pipeline = existingPipeline(scope, pipelineId);
  const stage = existingStage(scope, pipelineId, id);
  const objectIds = objectsIn(scope.store, "stage", id);
  if (objectIds.length > 0) throw inUse([id], objectIds);
  pipeline.stages = pipeline.stages.filter((other) => other !== stage);
  recorded(scope, "DELETE", stage);
}

/** Gives a pipeline or a stage the label and the order that a body names. */
function relabel(
  { state }: PipelineScope,
  item: Pipeline | Stage,
  { label, displayOrder }: Json,
): void {
  if (typeof label === "string") item.label = label;
  if (typeof displayOrder === "number") item.displayOrder = displayOrder;
  item.updatedAt = isoTime(state.tick());
}

function recorded<Item extends { readonly id: string }>(
  { state, store, userId }: PipelineScope,
  action: PipelineAudit["action"],
  item: Item,
): Item {
  state.pipelines.record(store.type.name, {
    portalId: state.portalId,
    identifier: item.id,
    action,
    timestamp: isoTime(state.now()),
    ...(userId === undefined ? {} : { fromUserId: userId }),
    rawObject: structuredClone(item),
  });
  return item;
}

/** Reads a stage's metadata as texts. A stage needs a probability; one that has a state instead is open by default. */
function readMetadata(
  store: ObjectStore,
  stage: Json,
): Readonly<Record<string, string>> {
  const metadata = isObject(stage["metadata"]) ? stage["metadata"] : {};
  const texts = Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, String(value)]),
  );
  const kind = store.type.pipeline?.metadata ?? "probability";
  if (kind === "ticketState") {
    const ticketState = texts[kind] ?? "OPEN";
    return {
      ...texts,
      isClosed: String(closes(kind, ticketState)),
      ticketState,
    };
  }
  if (texts[kind] === undefined)
    throw invalid("Some required fields were not set: [metadata.probability]");
  return { isClosed: String(closes(kind, texts[kind])), ...texts };
}

/** Returns the ids of live objects in a pipeline or a stage. */
function objectsIn(
  store: ObjectStore,
  kind: "pipeline" | "stage",
  id: string,
): string[] {
  const name = store.type.pipeline?.[kind];
  if (name === undefined) return [];
  return store.order
    .filter((row) => row.state === "live" && store.stored(row, name) === id)
    .map((row) => row.id);
}

function requiredOrder(body: Json): number {
  const order = body["displayOrder"];
  if (typeof order !== "number")
    throw invalid("Some required fields were not set: [displayOrder]");
  return order;
}

/** Reads all fields of a stage that a caller can set. All are required. */
function stageInput(store: ObjectStore, body: Json): StageInput {
  return {
    label: requiredText(body, "label"),
    displayOrder: requiredOrder(body),
    metadata: readMetadata(store, body),
  };
}

function inUse(
  stageIds: readonly string[],
  objectIds: readonly string[],
): Refusal {
  return invalid(
    `Stage IDs: ${stageIds.join(", ")} are being referenced by object IDs: ${objectIds.join(", ")}`,
    {
      subCategory: "PipelineError.STAGE_ID_IN_USE",
      context: { stageIds, objectIds },
    },
  );
}
