import { conversionKey } from "../../settings/mapping.ts";
import type { FieldMapping, Policy } from "../../settings/mapping.ts";
import type { DeclaredField } from "../../workspace/declared-field.ts";
import { meaningOf } from "../values/meaning.ts";
import type { Meaning } from "../values/meaning.ts";
import { FILL_ONLY, isLeft, replacesNothing } from "./fill-only.ts";
import { NEWEST_UNKNOWN, winnerOf } from "./newest.ts";
import type { ChangeTimes } from "./newest.ts";
import type {
  BaseEntry,
  FieldOutcome,
  HeldField,
  Owners,
  Parked,
  PropertyDefinition,
  SentValue,
  Side,
  Trigger,
} from "../model.ts";
import type { StagesAround } from "../values/stages.ts";
import type { Converted } from "../values/value.ts";
import {
  canonical,
  holdsNothing,
  own,
  sameValue,
  STAGE_ELSEWHERE,
  stageElsewhere,
  toHubSpot,
  toWorkspace,
  UNMAPPED_OPTION,
} from "../values/value.ts";

/** Everything that decides one field of one pair. */
export interface FieldCase {
  readonly mapping: FieldMapping;
  readonly policy: Policy;
  /** For the policy `newest`. */
  readonly changedAt?: ChangeTimes;
  readonly w: unknown;
  readonly h: string | null;
  /** The stored base of this field, whatever mapping it was taken under. */
  readonly base: BaseEntry | undefined;
  readonly linkIsNew: boolean;
  readonly trigger: Trigger;
  /** Values that open attempts sent for this property. */
  readonly sent: readonly SentValue[];
  /** What an open attempt sent to this object, where HubSpot's history names the present value as this app's writing. */
  readonly rewritten?: SentValue | undefined;
  /** What an open attempt sent, where HubSpot's history shows that it arrived since the base. */
  readonly landed?: SentValue | undefined;
  /** What a creation of ours whose answer was lost sent of this field, where it made this very object. */
  readonly createdWith?: SentValue | undefined;
  /** A creation of ours made this very object without this field: nobody typed what HubSpot has of it. */
  readonly createdWithout?: boolean;
  readonly parked: Parked | undefined;
  readonly held: HeldField | undefined;
  readonly owners: Owners;
  /** Who has no permission to change owners in the workspace; absent: whoever asks has it. */
  readonly ownerPermission?: { readonly lackedBy: string };
  readonly definition: PropertyDefinition | undefined;
  /** Of a stage: which ones there are; absent or null: that isn't known. */
  readonly stages?: StagesAround | null;
  /** The field, if the portal has declared it. */
  readonly declared?: DeclaredField | undefined;
  /** Whether automatic sync, or this press, lets values go that way now. */
  readonly may: {
    readonly toWorkspace: boolean;
    readonly toHubSpot: boolean;
    /** Why nothing goes to HubSpot, where that is so. */
    readonly stop?:
      | "automatic_push_off"
      | "missing_scope"
      | "would_undo"
      | "email_unverified";
  };
}

/** The code of an owner change from HubSpot that the sync user has no permission for. */
export const OWNER_PERMISSION = "owner_permission";

/**
 * What a refusal was bound to: with another mapping or definition it is worth another try.
 * @param declared of a value that the workspace refused: its field, if the portal has declared it
 */
export function parkingSignature(
  mapping: FieldMapping,
  definition: PropertyDefinition | undefined,
  declared?: DeclaredField,
): string {
  return JSON.stringify([
    mapping.property,
    conversionKey(mapping.conversion),
    definition?.type ?? null,
    definition?.readOnly ?? null,
    definition?.options ?? null,
    // HubSpot may list them in any order.
    ...(definition?.currencies === undefined
      ? []
      : [definition.currencies.toSorted()]),
    ...(declared === undefined
      ? []
      : [[declared.type, ...declared.options.map(({ value }) => value)]]),
  ]);
}

/**
 * Three-way merge of one field (DESIGN.md, "Three-way merge, field by field"). Pure.
 * The base that comes with the outcome is the one that holds once it has been carried out.
 */
export function mergeField(it: FieldCase): FieldOutcome {
  const base = effectiveBase(it);
  if (base === undefined) {
    const first = withoutBase(it);
    return startingBlank(it, first);
  }
  const merged = withBase(it, base);
  // An echo is settled also where the field itself waits, is held or parked: the attempt will be forgotten.
  return merged.base === undefined && base !== it.base
    ? { ...merged, base }
    : merged;
}

/** What a new link leaves open starts from "both were blank", so that it stays a conflict and is no late mapping. */
export const startingBlank = (
  it: FieldCase,
  outcome: FieldOutcome,
): FieldOutcome =>
  it.linkIsNew && outcome.base === undefined
    ? { ...outcome, base: entry(it, null, null) }
    : outcome;

/** A stage or its pipeline isn't sent, because the object would be in a pipeline that doesn't have its stage. */
export const parkElsewhere = (
  it: FieldCase,
  sent: string,
  stage: { readonly it: FieldCase; readonly id: string },
): FieldOutcome =>
  park(
    it,
    "hubspot",
    sent,
    STAGE_ELSEWHERE,
    stageElsewhere(stage.it.mapping, stage.it.definition, stage.id),
  );

function withBase(it: FieldCase, base: BaseEntry): FieldOutcome {
  const { direction } = it.mapping;
  const meaning = meaningIn(it);
  const ours = !sameValue(meaning, it.w, base.w) && direction !== "pull";
  const filled = base.filled === true && !ours;
  const theirs =
    (filled || !sameValue(meaning, it.h, base.h)) && direction !== "push";
  const movedAtAll =
    !sameValue(meaning, it.w, base.w) || !sameValue(meaning, it.h, base.h);

  // What HubSpot filled in and automatic sync leaves alone is a person's to decide as well, at the first press.
  const isOpen =
    movedAtAll || base.left !== undefined || (filled && keepsBoth(it));
  const forced = isOpen ? forcedSide(it) : null;
  if (forced !== null) {
    // Many values to one option: what means the same already is not written over.
    return agree(it)
      ? reconciled(it, "agree")
      : carry(it, forced, movedOther(it, base, forced), "manual");
  }
  const caughtUp = catchUp(it, base);
  if (caughtUp !== null) return caughtUp;
  // Nothing moved, or what moved is refused by the mapping's direction: settled as it is, so that a later
  // setting does not act on it in retrospect.
  if (!ours && !theirs)
    return movedAtAll ? reconciled(it, "direction") : same(it, base);
  if (theirs && !ours) return oneSided(it, "hubspot");
  if (ours && !theirs) return oneSided(it, "workspace");
  return conflict(it);
}

/** The base, or what an echo of our own write makes of it. */
function effectiveBase(it: FieldCase): BaseEntry | undefined {
  const { mapping, h } = it;
  const { conversion } = mapping;
  const meaning = meaningIn(it);
  const stored =
    it.base?.p === mapping.property && it.base.c === conversionKey(conversion)
      ? it.base
      : undefined;
  // Where our value arrived, the old one there again is somebody's later change.
  if (
    stored !== undefined &&
    it.landed === undefined &&
    sameValue(meaning, h, stored.h)
  )
    return stored;
  if (stored !== undefined && isClearedByUs(it)) return { ...stored, h: null };
  const echoed =
    it.sent.findLast((value) => sameValue(meaning, value.h, h)) ?? it.rewritten;
  if (echoed !== undefined) return writtenEntry(it, echoed.w, h);
  if (it.landed !== undefined)
    return writtenEntry(it, it.landed.w, it.landed.h);
  if (stored !== undefined) return stored;
  if (it.createdWith !== undefined)
    return writtenEntry(it, it.createdWith.w, it.createdWith.h);
  return it.createdWithout === true && it.linkIsNew
    ? filledIn(entry(it, null, null), mapping, h)
    : undefined;
}

/** The base of a field that a creation did not send, or HubSpot refused of it: what HubSpot put there, if anything. */
export function filledIn(
  unsent: BaseEntry,
  { direction }: Pick<FieldMapping, "direction">,
  h: string | null,
): BaseEntry {
  if (h === null || h === "") return unsent;
  return direction === "push"
    ? { ...unsent, h }
    : { ...unsent, h, filled: true };
}

/** The base after a write of ours. What was sent although the record was blank is an owner whom a rule assigned. */
const writtenEntry = (
  it: FieldCase,
  w: unknown,
  h: string | null,
): BaseEntry =>
  blank(it, w) && !blank(it, h)
    ? { ...entry(it, w, h), filled: true }
    : entry(it, w, h);

const meaningIn = (it: FieldCase): Meaning =>
  meaningOf(it.mapping, it.definition);

/** Cleared on the way to a value of ours: nobody in HubSpot did that. */
const isClearedByUs = (it: FieldCase): boolean =>
  blank(it, it.h) && it.sent.some(({ cleared }) => cleared === true);

const blank = (it: FieldCase, value: unknown): boolean =>
  holdsNothing(it.mapping.conversion, value);

const entry = (it: FieldCase, w: unknown, h: string | null): BaseEntry => ({
  w: blank(it, w) ? null : w,
  h: blank(it, h) ? null : h,
  p: it.mapping.property,
  c: conversionKey(it.mapping.conversion),
});

const outcome = (
  it: FieldCase,
  kind: FieldOutcome["kind"],
  code: string,
  more: Partial<FieldOutcome> = {},
): FieldOutcome => ({
  field: it.mapping.field,
  property: it.mapping.property,
  kind,
  code,
  ...more,
});

/** Neither side moved. An echo may have given a newer base than the stored one: it is kept. */
const same = (it: FieldCase, base: BaseEntry): FieldOutcome =>
  base === it.base
    ? outcome(it, "same", isLeft(it.mapping, base) ? FILL_ONLY : "same")
    : outcome(it, "settled", "echo", { base });

const reconciled = (it: FieldCase, code: string): FieldOutcome =>
  outcome(it, "settled", code, { base: entry(it, it.w, it.h) });

/** The side whose value a person has asked for: by a choice for this field, or by pressing Push or Pull. */
function forcedSide(it: FieldCase): Side | null {
  const chosen = choice(it);
  const side = chosen ?? (it.trigger.manual ? it.trigger.initiator : null);
  if (side === null) return null;
  const { direction, clear } = it.mapping;
  if (side === "workspace" && direction === "pull") return null;
  if (side === "hubspot" && (direction === "push" || isClearedByUs(it)))
    return null;
  const value = side === "workspace" ? it.w : it.h;
  // A choice for a held field is a choice of blank too; a press of the button is not.
  if (chosen === undefined && blank(it, value) && !clear) return null;
  return side;
}

/** A person's choice, which counts for the two values that were shown and for no others. */
function choice(it: FieldCase): Side | undefined {
  const chosen = own(it.trigger.resolve, it.mapping.field);
  return it.held === undefined || isAsShown(it) ? chosen : undefined;
}

const isAsShown = (it: FieldCase): boolean =>
  sameValue(meaningIn(it), it.held?.workspace, it.w) &&
  sameValue(meaningIn(it), it.held?.hubspot, it.h);

/** What the other side typed since the base, when the forced side overwrites it: newer, so it is not undone unasked. */
const movedOther = (it: FieldCase, base: BaseEntry, forced: Side): Carried => {
  const other = forced === "workspace" ? "hubspot" : "workspace";
  return movedSides(it, base).includes(other)
    ? { overwrote: other === "hubspot" ? it.h : it.w, undoes: true }
    : {};
};

/** The sides that changed since both had the same, whether or not the change was left alone meanwhile. */
function movedSides(it: FieldCase, base: BaseEntry): Side[] {
  const isMoved = {
    workspace: !sameValue(meaningIn(it), it.w, base.w),
    hubspot: !sameValue(meaningIn(it), it.h, base.h),
  };
  return (["workspace", "hubspot"] as const).filter(
    (side) => isMoved[side] || base.left?.includes(side) === true,
  );
}

function oneSided(it: FieldCase, changed: Side): FieldOutcome {
  const value = changed === "hubspot" ? it.h : it.w;
  if (blank(it, value) && !it.mapping.clear) return reconciled(it, "blank");
  return flow(it, changed, {}, `${changed}_changed`);
}

function conflict(it: FieldCase): FieldOutcome {
  if (agree(it)) return reconciled(it, "agree");
  const clear = it.mapping.clear && it.mapping.write !== "fill";
  if (!clear && blank(it, it.w))
    return carry(it, "hubspot", {}, "blank_filled");
  if (!clear && blank(it, it.h))
    return carry(it, "workspace", {}, "blank_filled");
  // Neither side gives way, so that nobody has to choose.
  if (keepsBoth(it)) return leave(it);
  if (isLeftToPerson(it)) return hold(it);
  const winner = winnerOf(it);
  if (winner === null)
    return it.policy === "newest"
      ? { ...hold(it), code: NEWEST_UNKNOWN }
      : hold(it);
  const overwrote = winner === "hubspot" ? it.w : it.h;
  return carry(it, winner, { overwrote, policy: it.policy }, "conflict");
}

/**
 * "The side that acts wins" names no winner of a sync both ways: a person chooses. What Sync now has left to a person,
 * automatic sync leaves too, as long as the two values are those that were shown.
 */
export const isLeftToPerson = (it: FieldCase): boolean =>
  it.policy === "initiator" &&
  (it.trigger.opens === "both" || (it.held !== undefined && isAsShown(it)));

/**
 * One side's value, for the sake of other fields that are decided together with this one, and in which that side wins. A
 * value that can't go to the other side (a blank, a direction) leaves the field to itself.
 */
export function yieldTo(it: FieldCase, winner: Side): FieldOutcome {
  const { direction, clear } = it.mapping;
  const [value, overwrote, refused] =
    winner === "workspace" ? [it.w, it.h, "pull"] : [it.h, it.w, "push"];
  if (direction === refused || (blank(it, value) && !clear))
    return mergeField(it);
  return (it.trigger.manual ? carry : flow)(
    it,
    winner,
    { overwrote, policy: it.policy },
    "decided_together",
  );
}

/** The mapping carries one side's value into the other's. */
function agree(it: FieldCase): boolean {
  if (blank(it, it.w) && blank(it, it.h)) return true;
  const pushed = toHubSpot(
    it.mapping,
    it.w,
    it.owners,
    undefined,
    it.stages?.target,
  );
  if (pushed.ok && isHeldByHubSpot(it, pushed.value)) return true;
  const pulled = toWorkspace(it.mapping, it.h, it.owners, it.definition);
  return pulled.ok && sameValue(meaningIn(it), pulled.value, it.w);
}

const isHeldByHubSpot = (it: FieldCase, value: string): boolean =>
  sameValue(textual(meaningIn(it)), value, it.h);

/** HubSpot's form of an owner or option is an id, not an email or a word of ours: compare those as text. */
const textual = (meaning: Meaning): Meaning =>
  meaning.kind === "options" || meaning.kind === "owner"
    ? { kind: "text" }
    : meaning;

function hold(it: FieldCase): FieldOutcome {
  return outcome(it, "held", "conflict_held", { policy: "hold" });
}

/** Nothing settled yet: the link is new, or the field was mapped after it. */
function withoutBase(it: FieldCase): FieldOutcome {
  if (agree(it)) return reconciled(it, "agree");
  const { direction } = it.mapping;
  const chosen = choice(it);
  if (chosen === undefined && blank(it, it.w)) {
    return direction === "push"
      ? reconciled(it, "direction")
      : carry(it, "hubspot", {}, "blank_filled");
  }
  if (chosen === undefined && blank(it, it.h)) {
    return direction === "pull"
      ? reconciled(it, "direction")
      : carry(it, "workspace", {}, "blank_filled");
  }
  const forced = forcedSide(it);
  if (forced !== null) {
    return carry(
      it,
      forced,
      { overwrote: forced === "workspace" ? it.h : it.w },
      "manual",
    );
  }
  if (keepsBoth(it)) return leave(it);
  const isAsked = it.linkIsNew || it.trigger.appliesMappings === true;
  const ruled = isAsked ? byRule(it) : null;
  if (ruled !== null) return ruled;
  return it.linkIsNew ? conflict(it) : outcome(it, "unasked", "mapped_later");
}

/** What the mapping's direction or its policy says of two values; null: only the side that starts the sync could say. */
function byRule(it: FieldCase): FieldOutcome | null {
  const { direction, clear } = it.mapping;
  if (direction === "both")
    return it.policy === "initiator" ? null : conflict(it);
  const [from, value, overwrote] =
    direction === "pull"
      ? (["hubspot", it.h, it.w] as const)
      : (["workspace", it.w, it.h] as const);
  return blank(it, value) && !clear
    ? reconciled(it, "blank")
    : carry(it, from, { overwrote }, "direction");
}

/**
 * What a mapping that only filled in blanks had left alone, once it replaces values and a person applies that; null:
 * nothing.
 */
function catchUp(it: FieldCase, base: BaseEntry): FieldOutcome | null {
  const { write, direction } = it.mapping;
  if (
    base.left === undefined ||
    write === "fill" ||
    it.trigger.appliesMappings !== true
  )
    return null;
  const moved = movedSides(it, base);
  const [only] = moved;
  if (moved.length !== 1 || only === undefined) return byRule(it);
  return direction === (only === "workspace" ? "pull" : "push")
    ? null
    : oneSided(it, only);
}

/** Both sides have data, and the mapping only fills in blanks. */
const keepsBoth = (it: FieldCase): boolean =>
  replacesNothing(it.mapping, it.w) && replacesNothing(it.mapping, it.h);

/** Automatic sync of one side's value: one that would replace another is left alone if the mapping only fills in blanks. */
function flow(
  it: FieldCase,
  from: Side,
  more: Carried,
  code: string,
): FieldOutcome {
  const target = from === "hubspot" ? it.w : it.h;
  return replacesNothing(it.mapping, target)
    ? leave(it)
    : carry(it, from, more, code);
}

/** Both values stay, reconciled as they are, with the sides whose change was left alone. */
function leave(it: FieldCase): FieldOutcome {
  if (agree(it)) return reconciled(it, "agree");
  const base = effectiveBase(it);
  return outcome(it, "settled", FILL_ONLY, {
    base: {
      ...entry(it, it.w, it.h),
      left: base === undefined ? [] : movedSides(it, base),
    },
  });
}

interface Carried {
  readonly overwrote?: unknown;
  readonly undoes?: true;
  readonly policy?: Policy;
}

/** The value of one side goes to the other; or waits, or is parked, and the old base stays. */
const carry = (
  it: FieldCase,
  from: Side,
  more: Carried,
  code: string,
): FieldOutcome =>
  from === "hubspot"
    ? carryToWorkspace(it, more, code)
    : carryToHubSpot(it, more, code);

function carryToWorkspace(
  it: FieldCase,
  more: Carried,
  code: string,
): FieldOutcome {
  const value = toWorkspace(
    it.mapping,
    it.h,
    it.owners,
    it.definition,
    it.declared,
  );
  if (value.ok && sameValue(meaningIn(it), value.value, it.w)) {
    return reconciled(it, "agree");
  }
  const converted = value.ok ? (unpermittedOwner(it) ?? value) : value;
  const standing = stillParked(it, "workspace", it.h);
  if (!converted.ok && standing?.code === converted.code) return standing;
  if (!it.may.toWorkspace) return wait(it, "automatic_pull_off");
  if (!converted.ok)
    return park(it, "workspace", it.h, converted.code, converted.message);
  return outcome(it, "to-workspace", code, {
    value: converted.value,
    base: entry(it, converted.value, it.h),
    ...more,
  });
}

/**
 * Why the workspace doesn't take an owner from HubSpot: the sync user has no permission to assign owners of this type
 * (AP-026, AP-034). Whom this app itself gave to a new object is no change of HubSpot's.
 */
function unpermittedOwner(
  it: FieldCase,
): Extract<Converted<never>, { ok: false }> | null {
  const { ownerPermission: permission, mapping } = it;
  if (permission === undefined || mapping.conversion.kind !== "owner")
    return null;
  const base = effectiveBase(it);
  const isOurs =
    base?.filled === true && sameValue(meaningIn(it), it.h, base.h);
  return isOurs
    ? null
    : {
        ok: false,
        code: OWNER_PERMISSION,
        message: `${permission.lackedBy} doesn't have permission to assign owners.`,
      };
}

function carryToHubSpot(
  it: FieldCase,
  more: Carried,
  code: string,
): FieldOutcome {
  const converted = toHubSpot(
    it.mapping,
    it.w,
    it.owners,
    it.definition,
    it.stages?.target,
  );
  // Another spelling of what HubSpot holds already (many values to one option): nothing to send.
  if (converted.ok && isHeldByHubSpot(it, converted.value))
    return reconciled(it, "agree");
  const sent = converted.ok
    ? converted.value
    : canonical(it.mapping.conversion, it.w);
  const standing = stillParked(it, "hubspot", sent);
  if (
    standing !== null &&
    !(converted.ok && dependsOnOthers.has(standing.code))
  )
    return standing;
  if (!it.may.toHubSpot) return wait(it, it.may.stop ?? "automatic_push_off");
  if (!converted.ok)
    return park(it, "hubspot", sent, converted.code, converted.message);
  return outcome(it, "to-hubspot", code, {
    value: converted.value,
    base: entry(it, it.w, converted.value),
    ...more,
  });
}

/** Refusals of a stage for the sake of its pipeline, which is another field. */
const dependsOnOthers: ReadonlySet<string> = new Set([
  UNMAPPED_OPTION,
  STAGE_ELSEWHERE,
]);

/** It may not go that way now. Where its pair is held back until a person confirms, an open conflict stays open. */
function wait(it: FieldCase, stop: string): FieldOutcome {
  if (it.may.stop !== "would_undo") return outcome(it, "waiting", stop);
  return it.held === undefined
    ? outcome(it, "waiting", "would_undo")
    : hold(it);
}

/** Refused before, and nothing has changed since: also while a switch is off, because switching it would be a retry. */
function stillParked(
  it: FieldCase,
  side: Side,
  sent: string | null,
): FieldOutcome | null {
  const { parked } = it;
  return parked?.side === side &&
    !it.trigger.retryParked &&
    parked.sent === sent &&
    parked.signature === signatureOf(it, side) &&
    refusedWhileHeld(it, parked)
    ? outcome(it, "parked", parked.code, { parked })
    : null;
}

/**
 * HubSpot still has the value that it had when it refused ours: a stage that moves forward only can be set once it has
 * been cleared. An entry from before this was stored is bound to the base, which a refusal keeps.
 */
function refusedWhileHeld(it: FieldCase, parked: Parked): boolean {
  const then =
    parked.h === undefined && parked.code === "not_taken"
      ? it.base?.h
      : parked.h;
  return then === undefined || isHeldByHubSpot(it, then ?? "");
}

function park(
  it: FieldCase,
  side: Side,
  sent: string | null,
  code: string,
  message: string,
): FieldOutcome {
  return outcome(it, "parked", code, {
    parked: {
      side,
      sent,
      code,
      message,
      signature: signatureOf(it, side),
    },
  });
}

/** What becomes of the field in the catalogue is nothing to HubSpot. */
const signatureOf = (it: FieldCase, side: Side): string =>
  parkingSignature(
    it.mapping,
    it.definition,
    side === "workspace" ? it.declared : undefined,
  );
