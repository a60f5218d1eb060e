import {
  createPipeline,
  createStage,
  patchPipeline,
  patchStage,
  removePipeline,
  removeStage,
  replacePipeline,
  replaceStage,
  type PipelineScope,
} from "./pipeline-operations.ts";

/** Where a change applies: the ids in its path, blank for those that it has not. */
export type PipelinePlace = {
  readonly pipelineId: string;
  readonly stageId: string;
};

/** One way to change pipelines, for apps and for users alike. */
export type PipelineChange = {
  readonly method: string;
  /** What follows the path of a type's pipelines. */
  readonly path: string;
  readonly status: 200 | 201 | 204;
  /**
   * Carries it out, and returns the pipeline or stage that was made or changed.
   * @param checked refuses to delete what objects are in
   * @throws Refusal 404, 400
   */
  readonly act: (
    scope: PipelineScope,
    place: PipelinePlace,
    body: unknown,
    checked: boolean,
  ) => unknown;
};

const pipeline = "/{pipelineId}";
const stages = `${pipeline}/stages`;
const stage = `${stages}/{stageId}`;

export const pipelineChanges: readonly PipelineChange[] = [
  {
    method: "POST",
    path: "",
    status: 201,
    act: (scope, _place, body) => createPipeline(scope, body),
  },
  {
    method: "PATCH",
    path: pipeline,
    status: 200,
    act: (scope, { pipelineId }, body) =>
      patchPipeline(scope, pipelineId, body),
  },
  {
    method: "PUT",
    path: pipeline,
    status: 200,
    act: (scope, { pipelineId }, body, checked) =>
      replacePipeline(scope, pipelineId, body, checked),
  },
  {
    method: "DELETE",
    path: pipeline,
    status: 204,
    act: (scope, { pipelineId }, _body, checked) => {
      removePipeline(scope, pipelineId, checked);
    },
  },
  {
    method: "POST",
    path: stages,
    status: 201,
    act: (scope, { pipelineId }, body) => createStage(scope, pipelineId, body),
  },
  {
    method: "PATCH",
    path: stage,
    status: 200,
    act: (scope, { pipelineId, stageId }, body) =>
      patchStage(scope, pipelineId, stageId, body),
  },
  {
    method: "PUT",
    path: stage,
    status: 200,
    act: (scope, { pipelineId, stageId }, body) =>
      replaceStage(scope, pipelineId, stageId, body),
  },
  {
    method: "DELETE",
    path: stage,
    status: 204,
    act: (scope, { pipelineId, stageId }) => {
      removeStage(scope, pipelineId, stageId);
    },
  },
];
