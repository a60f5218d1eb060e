import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type { CallOptions } from "../../hubspot/gateway.ts";
import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import type { Flow, Initiator, Rules, Trigger } from "../model.ts";
import type { Account, PassItem, Planned } from "../decide/plan.ts";
import type { StoredState } from "../pairs/stored-state.ts";
import type { CreationMode } from "./send.ts";

/** A batch of decisions, and all that is needed to carry them out. */
export interface ApplyInput {
  readonly objectType: ObjectType;
  readonly rules: Rules;
  readonly stored: StoredState;
  readonly planned: readonly Planned[];
  readonly account: Account;
  readonly initiator: Initiator;
  readonly trigger: Trigger;
  /** Whether a deletion has waited for others that may follow it. */
  readonly isSettled: (plan: Planned, flow: Flow) => boolean;
  readonly creationMode: CreationMode;
  readonly options: CallOptions;
  /** Objects that a refusal named in an earlier round: they were read, and did not become a match. */
  readonly hinted: ReadonlySet<ObjectId>;
  /** What moves on this time is not decided again in this pass. */
  readonly isLastRound: boolean;
  readonly fence: Fence;
  /** Runs in the last transaction of the batch: counts and positions, inbox rows. */
  readonly finish: (db: Db, items: readonly PassItem[]) => Promise<void>;
}
