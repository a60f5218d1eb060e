import { conversionKey } from "../../settings/mapping.ts";
import type {
  FieldOutcome,
  Pair,
  RecordState,
  Rules,
  Trigger,
} from "../model.ts";
import { pipelineMappings, stagesAround } from "../values/stages.ts";
import { canonical, holdsNothing, own, toHubSpot } from "../values/value.ts";
import { ownerMapping, ownerOfCreation } from "./owner-of-creation.ts";
import type { OwnerOfCreation } from "./owner-of-creation.ts";
import { parkGroups } from "./park-together.ts";
import { parkingSignature } from "./three-way-field.ts";
import { EMAIL_UNVERIFIED, withholdsEmail } from "./unverified-email.ts";

/** A record without an object, and what would be created in HubSpot: several checks ask about it. Pure. */
export class ObjectToCreate {
  readonly rules: Rules;
  readonly pair: Pair;
  readonly record: RecordState;
  readonly trigger: Trigger;
  #owner: OwnerOfCreation | null | undefined;
  #fields: FieldOutcome[] | undefined;

  constructor(rules: Rules, pair: Pair, record: RecordState, trigger: Trigger) {
    this.rules = rules;
    this.pair = pair;
    this.record = record;
    this.trigger = trigger;
  }

  /** It's pushed for the sake of a child: the switch and the conditions of its own type don't hold it back. */
  get isBrought(): boolean {
    return this.trigger.pushedWith !== undefined;
  }

  /** A person pushes this very record. */
  get isChosen(): boolean {
    return this.trigger.bypassConditions && !this.isBrought;
  }

  /** Whose the object would be. */
  get owner(): OwnerOfCreation | null {
    if (this.#owner === undefined)
      this.#owner = ownerOfCreation(this.rules, this.record, this.trigger);
    return this.#owner;
  }

  /** What would be sent, and what not. */
  get fields(): FieldOutcome[] {
    return (this.#fields ??= initialFields(this.rules, this.pair, this.owner));
  }
}

/**
 * Every mapped field: those that hold data are sent, or parked; blank ones, and those that only come from HubSpot, are
 * settled with HubSpot's side blank, so that what is typed later is a change and not a late mapping. An owner whom the
 * record doesn't have goes to the workspace too, once HubSpot has it.
 */
function initialFields(
  rules: Rules,
  pair: Pair,
  owner: OwnerOfCreation | null,
): FieldOutcome[] {
  const { settings, definitions, owners } = rules;
  const assigned =
    owner === null || owner.of === "nobody" || owner.of === "record"
      ? undefined
      : own(owners.idByEmail, owner.email);
  const ownerField = ownerMapping(rules, pair.objectType)?.field;
  const stageField = pipelineMappings(rules, pair.objectType)?.stage.field;
  const stages = stagesAround(
    rules,
    pair.objectType,
    pair.record?.properties ?? {},
    null,
  )?.target;
  const fields = settings[pair.objectType].mappings.map(
    (mapping): FieldOutcome => {
      const { field, property, direction, conversion } = mapping;
      const w = own(pair.record?.properties, field) ?? null;
      const named = { field, property };
      const based = (ours: unknown, h: string | null) => ({
        w: ours,
        h,
        p: property,
        c: conversionKey(conversion),
      });
      if (assigned !== undefined && field === ownerField)
        return {
          ...named,
          kind: "to-hubspot",
          code: "owner_assigned",
          value: assigned,
          base: {
            ...based(null, assigned),
            ...(direction === "push" ? {} : { filled: true as const }),
          },
        };
      if (holdsNothing(conversion, w))
        return {
          ...named,
          kind: "settled",
          code: "blank",
          base: based(null, null),
        };
      if (direction === "pull")
        return {
          ...named,
          kind: "settled",
          code: "direction",
          base: based(w, null),
        };
      if (
        withholdsEmail(
          rules,
          pair.objectType,
          mapping,
          pair.record?.properties ?? {},
        )
      )
        return {
          ...named,
          kind: "waiting",
          code: EMAIL_UNVERIFIED,
          base: based(null, null),
        };
      const definition = own(definitions, property);
      const converted = toHubSpot(
        mapping,
        w,
        owners,
        definition,
        field === stageField ? stages : undefined,
      );
      if (converted.ok) {
        return {
          ...named,
          kind: "to-hubspot",
          code: "created",
          value: converted.value,
          base: based(w, converted.value),
        };
      }
      return {
        ...named,
        kind: "parked",
        code: converted.code,
        base: based(null, null),
        parked: {
          side: "hubspot",
          sent: canonical(conversion, w),
          code: converted.code,
          message: converted.message,
          signature: parkingSignature(mapping, definition),
        },
      };
    },
  );
  return parkGroups(pair, fields);
}
