import type { Option } from "../crm-properties.ts";
import type { ObjectType, Pipeline, Property } from "./desk-client.ts";

/** How HubSpot's forms offer pipelines and stages: the stages are those of the pipeline that is chosen. Pure. */

/** Returns the options of a property of pipelines or stages, or undefined for any other property. */
export function optionsInPipelines(
  { pipelines: names }: ObjectType,
  pipelines: readonly Pipeline[],
  { of }: Property,
  valueOf: (name: string) => string,
): readonly Option[] | undefined {
  if (names === undefined || of === undefined || pipelines.length === 0)
    return undefined;
  if (of === "pipelines") return pipelines.map(toOption);
  const chosen = valueOf(names.pipeline);
  return (pipelines.find(({ id }) => id === chosen)?.stages ?? []).map(
    toOption,
  );
}

/** Returns what follows from an edit: another pipeline begins at its first stage, because stages belong to one pipeline. */
export function followingEdits(
  { pipelines: names }: ObjectType,
  pipelines: readonly Pipeline[],
  { of }: Property,
  value: string,
): readonly (readonly [name: string, value: string])[] {
  if (names === undefined || of !== "pipelines") return [];
  const first = pipelines.find(({ id }) => id === value)?.stages[0]?.id;
  return [[names.stage, first ?? ""]];
}

const toOption = ({ id, label }: { id: string; label: string }): Option => ({
  value: id,
  label,
});
