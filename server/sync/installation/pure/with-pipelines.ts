import type {
  Pipeline,
  PropertyDefinition,
  PropertyOption,
} from "../../../hubspot/gateway.ts";

/**
 * Returns a property with the options that HubSpot keeps as pipelines: those of the pipeline's property are the pipelines,
 * and those of the stage's property all their stages. Other properties are returned as they are. Pure.
 * @param named the names of the two properties
 */
export function withPipelines(
  property: PropertyDefinition,
  named: { readonly pipeline: string; readonly stage: string },
  pipelines: readonly Pipeline[],
): PropertyDefinition {
  switch (property.name) {
    case named.pipeline:
      return withOptions(
        property,
        pipelines.map(({ id, label }) => ({ value: id, label, hidden: false })),
      );
    case named.stage:
      return withOptions(property, stageOptions(pipelines));
    default:
      return property;
  }
}

/** Without pipelines, the options are as unknown as before. */
const withOptions = (
  property: PropertyDefinition,
  options: readonly PropertyOption[],
): PropertyDefinition =>
  options.length === 0
    ? property
    : { ...property, options, externalOptions: false };

/** A stage is called by its label, and by its pipeline's besides where two pipelines have one of the same label. */
function stageOptions(pipelines: readonly Pipeline[]): PropertyOption[] {
  const stages = pipelines.flatMap((pipeline) =>
    pipeline.stages.map((stage) => ({ stage, pipeline })),
  );
  const timesUsed = new Map<string, number>();
  for (const { stage } of stages)
    timesUsed.set(stage.label, (timesUsed.get(stage.label) ?? 0) + 1);
  return stages.map(({ stage, pipeline }) => ({
    value: stage.id,
    label:
      timesUsed.get(stage.label) === 1
        ? stage.label
        : `${stage.label} (${pipeline.label})`,
    hidden: false,
    stage: {
      pipeline: pipeline.id,
      closed: stage.closed,
      won: stage.closed && stage.probability === "1",
    },
  }));
}
