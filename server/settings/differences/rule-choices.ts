import type { TypeRules } from "../type-rules.ts";
import type { ObjectType } from "../types/index.ts";
import { descriptorOf } from "../types/index.ts";
import type { Choice } from "./change.ts";
import { choice } from "./change.ts";
import { listed, shown } from "./wording.ts";

/** What the rules mean that only some types have, in a sentence for each key. Pure. */

export const ruleKeys: {
  readonly [Key in keyof Required<TypeRules>]: (
    value: Required<TypeRules>[Key],
    type: ObjectType,
  ) => readonly Choice[];
} = {
  source: (source, type) => {
    const { plural, label } = descriptorOf(type).names;
    return [
      choice(
        `${type}.source`,
        source,
        source === null
          ? `${label.plural}: new ${plural} in HubSpot get no source.`
          : `${label.plural}: new ${plural} in HubSpot get ${source.value === null ? "the product's name" : `"${shown(source.value)}"`} as ${shown(source.property)}.`,
        source && [source.property, source.value],
      ),
    ];
  },
  pushUnverifiedEmails: (isOn, type) => [
    choice(
      `${type}.pushUnverifiedEmails`,
      isOn,
      `${descriptorOf(type).names.label.plural}: unverified emails are ${isOn ? "sent" : "not sent"} to HubSpot.`,
    ),
  ],
  matching: (matching, type) => {
    const { names, identity } = descriptorOf(type);
    return [
      choice(
        `${type}.matching`,
        matching,
        `${names.label.plural}: two ${names.plural} with the same ${identity?.kind ?? "identity"} are linked ${matching === "link" ? "automatically" : "once someone confirms it"}.`,
      ),
    ];
  },
  pipelines: (pipelines, type) => [
    choice(
      `${type}.pipelines`,
      pipelines,
      pipelinesSentence(type, pipelines),
      // A set: neither order nor repetition means anything.
      pipelines && [...new Set(pipelines)].sort(),
    ),
  ],
  onReselect: (onReselect, type) => {
    const { plural, label } = descriptorOf(type).names;
    return [
      choice(
        `${type}.onReselect`,
        onReselect,
        `${label.plural}: a pipeline that is selected again brings ${onReselect === "new" ? `new ${plural}` : `its earlier ${plural} back`}.`,
      ),
    ];
  },
};

/** Returns which pipelines of a type sync, in a sentence; null: all. */
export function pipelinesSentence(
  type: ObjectType,
  names: readonly string[] | null,
): string {
  const { label } = descriptorOf(type).names;
  if (names === null) return `${label.plural}: all pipelines sync.`;
  return names.length === 0
    ? `${label.plural}: no pipeline syncs.`
    : `${label.plural}: only these pipelines sync: ${listed(names)}.`;
}

/** Returns the choice whether what is only pulled is visible in the product (AP-085). */
export const visibleChoice = (type: ObjectType, isOn: boolean): Choice => {
  const { plural, label } = descriptorOf(type).names;
  return choice(
    `${type}.pull.visible`,
    isOn,
    `${label.plural}: ${plural} that were only pulled are ${isOn ? "visible" : "hidden"} in the workspace.`,
  );
};
