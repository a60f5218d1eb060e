import type { AssociationLabel, HubSpotObject } from "../../hubspot/gateway.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import type { EdgeOutcome } from "./three-way-edges.ts";
import type {
  Decision,
  FieldChange,
  Movement,
  Outcome,
  Pair,
} from "../model.ts";
import type {
  ObjectId,
  ObjectType,
  RecordId,
} from "../../settings/object-type.ts";

/** An object's parents of one kind as HubSpot lists them. */
export interface HubSpotEdges {
  readonly edges: readonly {
    readonly toId: ObjectId;
    readonly primary: boolean;
    readonly labels: readonly AssociationLabel[];
  }[];
  /** The list was read to its end. */
  readonly complete: boolean;
  /** False: a page told the ids alone; the existing labels are not known. */
  readonly labelled?: false;
}

/** What must happen to a record's parents of one kind. */
export interface PlannedEdges {
  readonly kind: ParentKind;
  readonly outcome: EdgeOutcome;
  readonly hubspot: HubSpotEdges;
  /** HubSpot's parents of it that have no record here. */
  readonly waiting: readonly ObjectId[];
}

/** One pair with everything that has been decided of it. What apply carries out, and what a preview shows. */
export interface Planned {
  readonly pair: Pair;
  readonly decision: Decision;
  /** Its parents, by kind; without an entry for a kind that was not read. */
  readonly edges: readonly PlannedEdges[];
  readonly object: HubSpotObject | null;
  /** HubSpot does not allow its parents to be read, or to be written: what is open of them waits for that. */
  readonly edgesStopped?: true;
  /** Held by the brake, and for the sake of which movement (brake/pure/judge.ts). */
  readonly braked?: Movement;
  /** A parent that goes first is not in HubSpot yet, and only this child syncs it again. */
  readonly parentPending?: true;
}

/** Returns what must happen to a pair's parents of a kind; undefined where they were not read. */
export const edgesOfKind = (
  { edges }: Pick<Planned, "edges">,
  { name }: ParentKind,
): PlannedEdges | undefined => edges.find(({ kind }) => kind.name === name);

/** How one pair of a pass ended. */
export interface PassItem {
  readonly objectType: ObjectType;
  readonly recordId: RecordId | null;
  readonly objectId: ObjectId | null;
  readonly outcome: Outcome;
  readonly code: string;
  readonly reason: string;
  readonly changes: readonly FieldChange[];
}

/** On whose account a pass works: for journal, runs and problems. */
export interface Account {
  /** "schedule", "webhook", "product", "api", "card", "sweep", "setup", "retry". */
  readonly source: string;
  /** A user's email, or "". */
  readonly by: string;
  readonly runId: string | null;
}

/** What a decision changes, with the values before and after: the journal's rows, and the card's. */
export function changesOf({
  pair,
  decision,
}: Pick<Planned, "pair" | "decision">): FieldChange[] {
  const ofFields = decision.fields.flatMap((field): FieldChange[] => {
    if (field.kind !== "to-workspace" && field.kind !== "to-hubspot") return [];
    const ours = field.kind === "to-workspace";
    return [
      {
        field: field.field,
        property: field.property,
        side: ours ? "workspace" : "hubspot",
        before: ours
          ? (pair.record?.properties[field.field] ?? null)
          : (pair.object?.properties[field.property] ?? null),
        after: field.value ?? null,
        ...(field.overwrote === undefined
          ? {}
          : { overwrote: field.overwrote }),
      },
    ];
  });
  return [...ofFields, ...sourceChanges(decision)];
}

/** The source of a creation, which goes by its property: the record has no field of it. */
const sourceChanges = ({ hubspot }: Decision): FieldChange[] =>
  hubspot.kind !== "create"
    ? []
    : Object.entries(hubspot.sent).flatMap(([property, { h, source }]) =>
        source === true
          ? [
              {
                field: property,
                property,
                side: "hubspot" as const,
                before: null,
                after: h,
              },
            ]
          : [],
      );
