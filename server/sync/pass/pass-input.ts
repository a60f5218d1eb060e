import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { BringChoice } from "../../settings/schema.ts";
import type { Engine } from "../engine.ts";
import type { Flow, Trigger } from "../model.ts";
import type { EdgeReading } from "../associations/plan-edges.ts";
import type { Account, PassItem, Planned } from "../decide/plan.ts";

/** A batch to be brought in step: some hundreds of records and objects of one type at most. */
export interface PassInput {
  readonly objectType: ObjectType;
  readonly recordIds?: readonly RecordId[];
  readonly objectIds?: readonly ObjectId[];
  readonly objects?: readonly HubSpotObject[];
  /** The properties that `objects` were asked for: once another one is mapped, they are read again. */
  readonly objectProperties?: readonly string[];
  readonly deletedByEvent?: ReadonlySet<ObjectId>;
  readonly trigger: Trigger;
  readonly account: Account;
  readonly priority: "interactive" | "bulk";
  /** Nobody waits any more for what this reads: it writes nothing from here on. */
  readonly signal?: AbortSignal;
  readonly fence: Fence;
  /** How HubSpot's associations with parents are learned. */
  readonly edges: EdgeReading;
  /** What a push does with parents that HubSpot lacks, by kind; without a kind: as the portal has chosen. */
  readonly bring?: Readonly<Record<string, BringChoice>>;
  /** The batch before this one: it is matched and decided on meanwhile, and carried out once that one has been. */
  readonly after?: Promise<unknown>;
  /** Whether a deletion has waited for others that may follow it; absent: none has. */
  readonly isSettled?: (plan: Planned, flow: Flow) => boolean;
  /** Runs in the batch's last transaction. Of a batch that was halved, the items are without their changes. */
  readonly finish?: (db: Db, items: readonly PassItem[]) => Promise<void>;
  /** Gets what HubSpot returned, once it has been applied: of a batch that was halved, part by part. */
  readonly afterRead?: (
    objects: ReadonlyMap<ObjectId, HubSpotObject>,
  ) => Promise<void>;
}

export interface PassResult {
  readonly items: readonly PassItem[];
  /** Records that another worker has claimed; they stay dirty. */
  readonly claimed: readonly RecordId[];
}

export type RunPass = (
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
) => Promise<PassResult>;
