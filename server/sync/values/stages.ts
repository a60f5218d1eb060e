import type { FieldMapping } from "../../settings/mapping.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { Properties, Rules, Stage } from "../model.ts";
import { own, toHubSpot } from "./value.ts";

/** Pipelines and stages of objects: which stage a record's is in HubSpot, and what HubSpot says of it. Pure. */

/** How a portal maps the two properties of an object's pipeline; absent: it doesn't. */
interface PipelineMappings {
  readonly pipeline: FieldMapping | undefined;
  readonly stage: FieldMapping;
}

/** Returns how a portal maps the stages of a type; null if it doesn't, or if objects of the type go through none. */
export function pipelineMappings(
  { settings }: Pick<Rules, "settings">,
  type: ObjectType,
): PipelineMappings | null {
  const named = descriptorOf(type).hubspot.pipelines;
  if (named === undefined) return null;
  const of = (name: string): FieldMapping | undefined =>
    settings[type].mappings.find(({ property }) => property === name);
  const stage = of(named.stage);
  return stage === undefined ? null : { pipeline: of(named.pipeline), stage };
}

/** The part of the rules that says which stage is which. */
export type StageRules = Pick<Rules, "settings" | "definitions" | "owners">;

/** The stages that an object can have. */
export interface StagesAround {
  /** Of the pipeline that it would be in, if its record's pipeline is sent. */
  readonly target: ReadonlySet<string>;
  /** Of the pipeline that it is in. */
  readonly present: ReadonlySet<string>;
}

/**
 * Returns the stages that an object can have, by the pipelines that its record and HubSpot name. Null: HubSpot's pipelines
 * aren't known, or nothing says which one it is.
 * @param there the properties of the object; null for a record without one
 */
export function stagesAround(
  rules: StageRules,
  type: ObjectType,
  record: Properties,
  there: Readonly<Record<string, string | null>> | null,
): StagesAround | null {
  const named = descriptorOf(type).hubspot.pipelines;
  const mapped = pipelineMappings(rules, type);
  const stages = own(rules.definitions, named?.stage ?? "")?.stages;
  if (named === undefined || mapped === null || stages === undefined)
    return null;
  const present = own(there ?? undefined, named.pipeline) ?? null;
  const target = pushedPipeline(rules, mapped.pipeline, record) ?? present;
  const of = (pipeline: string | null): ReadonlySet<string> =>
    new Set(
      Object.entries(stages)
        .filter(([, stage]) => stage.pipeline === pipeline)
        .map(([id]) => id),
    );
  return target === null ? null : { target: of(target), present: of(present) };
}

/** The pipeline as HubSpot is sent it; null if it isn't sent. */
function pushedPipeline(
  { definitions, owners }: StageRules,
  mapping: FieldMapping | undefined,
  record: Properties,
): string | null {
  if (mapping === undefined || mapping.direction === "pull") return null;
  const converted = toHubSpot(
    mapping,
    own(record, mapping.field) ?? null,
    owners,
    own(definitions, mapping.property),
  );
  return converted.ok && converted.value !== "" ? converted.value : null;
}

/** Returns what HubSpot says of the stage that a record would have there; null if it would have none that is known. */
export function stageOfRecord(
  rules: StageRules,
  type: ObjectType,
  record: Properties,
): Stage | null {
  const mapped = pipelineMappings(rules, type);
  if (mapped === null) return null;
  const definition = own(rules.definitions, mapped.stage.property);
  const converted = toHubSpot(
    mapped.stage,
    own(record, mapped.stage.field) ?? null,
    rules.owners,
    definition,
    stagesAround(rules, type, record, null)?.target,
  );
  return converted.ok
    ? (own(definition?.stages, converted.value) ?? null)
    : null;
}

/** Returns what HubSpot says of an object's stage; null if it isn't known. */
export function stageOfObject(
  { definitions }: Pick<Rules, "definitions">,
  type: ObjectType,
  object: Readonly<Record<string, string | null>>,
): Stage | null {
  const named = descriptorOf(type).hubspot.pipelines;
  if (named === undefined) return null;
  return (
    own(
      own(definitions, named.stage)?.stages,
      own(object, named.stage) ?? "",
    ) ?? null
  );
}
