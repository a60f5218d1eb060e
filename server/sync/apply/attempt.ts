import type { ObjectId, RecordId } from "../../settings/object-type.ts";
import type { SentValue } from "../model.ts";
import type { Placed } from "./write-workspace.ts";

/** One intended write, as it was committed before the call. */
export interface Attempt {
  readonly id: string;
  readonly plan: Placed;
  readonly recordId: RecordId;
  readonly objectId: ObjectId | null;
  readonly operation: "create" | "update" | "archive" | "associate";
  readonly sent: Readonly<Record<string, SentValue>>;
  /** For a creation: the value of counterpart_record_id. */
  readonly creationKey: string | null;
}
