import { contactToCompany } from "../../../../server/settings/types/contact-to-company.ts";
import { defaultSettings } from "../../../../server/settings/schema.ts";
import type { Settings } from "../../../../server/settings/schema.ts";
import type { FieldMapping } from "../../../../server/settings/mapping.ts";
import type {
  LinkState,
  ObjectState,
  Pair,
  RecordState,
  Rules,
  Trigger,
} from "../../../../server/sync/model.ts";

/** Building blocks of the pure engine's inputs; each test names only what it is about. */

export const recordId = "00000000-0000-7000-8000-000000000001";
export const objectId = "101";

export const mapped = (
  field: string,
  property: string,
  more: Partial<FieldMapping> = {},
): FieldMapping => ({
  field,
  property,
  direction: "both",
  clear: false,
  conversion: { kind: "text" },
  ...more,
});

export const settingsWith = (
  contact: Partial<Settings["contact"]> = {},
  automatic: Settings["automatic"] = { pull: true, push: true },
): Settings => ({
  ...defaultSettings,
  contact: { ...defaultSettings.contact, ...contact },
  automatic,
});

export const rulesWith = (
  settings: Settings = defaultSettings,
  more: Partial<Rules> = {},
): Rules => ({
  settings,
  definitions: {},
  owners: { idByEmail: {}, emailById: {} },
  mayCreateObjects: true,
  uniqueProperty: true,
  ...more,
});

export const record = (
  properties: RecordState["properties"] = {},
  more: Partial<RecordState> = {},
): RecordState => ({
  id: recordId,
  objectType: "contact",
  properties,
  companyId: null,
  revision: 1,
  deletedAt: null,
  ...more,
});

export const object = (
  properties: ObjectState["properties"] = {},
  more: Partial<ObjectState> = {},
): ObjectState => ({
  id: objectId,
  properties,
  updatedAt: 1_800_000_000_000,
  archived: false,
  mergedIds: [],
  writtenByUs: new Set(),
  ...more,
});

export const link = (more: Partial<LinkState> = {}): LinkState => ({
  id: "00000000-0000-7000-8000-0000000000ff",
  version: "1",
  recordId,
  objectId,
  state: "live",
  base: {},
  parked: {},
  seenAt: null,
  endedAt: null,
  edgesSettled: [],
  ...more,
});

/** A pair as a test names it: with an object, it was read. */
export type PairParts = Partial<Omit<Pair, "object" | "reading">> & {
  readonly object?: ObjectState | null;
  readonly reading?: Exclude<Pair["reading"], "there">;
};

export const pair = ({
  object = null,
  reading = "none",
  ...more
}: PairParts = {}): Pair => ({
  objectType: "contact",
  record: null,
  link: null,
  attempts: [],
  held: [],
  conflict: null,
  ambiguous: [],
  parents: [{ kind: contactToCompany, has: false, blockedBy: null }],
  ...more,
  ...(object === null
    ? { reading, object }
    : { reading: "there" as const, object }),
});

const automatic = {
  manual: false,
  bypassConditions: false,
  retryParked: false,
} as const;
const byHand = {
  manual: true,
  bypassConditions: true,
  retryParked: false,
} as const;

export const automaticPull: Trigger = { ...automatic, initiator: "hubspot" };
export const automaticPush: Trigger = { ...automatic, initiator: "workspace" };
export const manualPull: Trigger = { ...byHand, initiator: "hubspot" };
export const manualPush: Trigger = { ...byHand, initiator: "workspace" };
export const retry: Trigger = { ...automaticPush, retryParked: true };
