import type { TypeSettings } from "./document.ts";
import type { Pipeline } from "./page-answer.ts";

/** Which pipelines a draft selects, and what a pipeline shows. Pure. */

/** Null in the settings: all, and those that HubSpot gets later. */
export const selects = (
  { pipelines = null }: Pick<TypeSettings, "pipelines">,
  id: string,
): boolean => pipelines === null || pipelines.includes(id);

/**
 * Returns the selection with one pipeline in it, or not. Once all of HubSpot's are selected, those that it gets later are,
 * too.
 */
export function withSelected(
  { pipelines = null }: Pick<TypeSettings, "pipelines">,
  known: readonly Pipeline[],
  id: string,
  selected: boolean,
): string[] | null {
  const ids = known.filter(({ gone }) => !gone).map((each) => each.id);
  const before = pipelines ?? ids;
  const listed = selected
    ? [...new Set([...before, id])]
    : before.filter((each) => each !== id);
  return ids.every((each) => listed.includes(each)) ? null : listed;
}

/** Returns how many records HubSpot has in a pipeline of a type, or null while that isn't known. */
export function countIn(pipeline: Pipeline, singular: string): number | null {
  const count = pipeline[`${singular}Count`];
  return typeof count === "number" ? count : null;
}

/** Whether its records come or leave now. */
export const isMoving = ({ state }: Pipeline): boolean =>
  state === "adding" || state === "removing";
