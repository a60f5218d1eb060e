import { initialRulesOf } from "./type-rules.ts";
import type { ObjectType } from "./types/index.ts";
import { descriptorOf } from "./types/index.ts";

type Chosen = Readonly<Record<string, unknown>>;

/**
 * Returns what was stored of a type, with what was so before a portal could choose it: new objects said nothing of their
 * source, every email was sent, matches were linked automatically, and what was pulled was visible. Pure.
 */
export function withTypeRules(chosen: Chosen, type: ObjectType): Chosen {
  const { pull } = chosen;
  return {
    ...initialRulesOf(descriptorOf(type)),
    ...chosen,
    ...(isObject(pull) ? { pull: { visible: true, ...pull } } : {}),
  };
}

const isObject = (value: unknown): value is Chosen =>
  typeof value === "object" && value !== null && !Array.isArray(value);
