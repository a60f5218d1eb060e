import type { CrmState } from "../crm-state.ts";
import type { Actor } from "../events.ts";
import type { ObjectStore } from "../object-store.ts";
import type { Row } from "../row.ts";
import { isoTime } from "../time.ts";
import { bodyPreview } from "./body-preview.ts";
import { emailParties } from "./email-parties.ts";

/** A write before it is carried out. `row` is undefined for a creation, and `at` is in milliseconds. */
export type WriteInHand = {
  readonly store: ObjectStore;
  readonly row: Row | undefined;
  /** Every value that the caller writes; `''` clears one. */
  readonly given: ReadonlyMap<string, string>;
  /** Only the values that differ from the stored ones. */
  readonly changes: ReadonlyMap<string, string>;
  readonly at: number;
  readonly by: Actor;
};

type Values = Iterable<readonly [name: string, value: string]>;
type Rule = (state: CrmState, write: WriteInHand) => Values;

/** Returns the values that HubSpot itself adds to a write. */
export function derivedValues(
  state: CrmState,
  write: WriteInHand,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const rule of rules)
    for (const [name, value] of rule(state, write)) values.set(name, value);
  return values;
}

const rules: readonly Rule[] = [
  ownerAssigned,
  asLead,
  website,
  defaultPipeline,
  closed,
  taskCompleted,
  parties,
  preview,
];

/** Returns a property's value after the write, `''` for none. */
function after({ store, row, changes }: WriteInHand, name: string): string {
  return changes.get(name) ?? (row && store.stored(row, name)) ?? "";
}

function* ownerAssigned(_state: CrmState, write: WriteInHand): Values {
  const owner = write.changes.get("hubspot_owner_id");
  if (owner === undefined) return;
  yield ["hubspot_owner_assigneddate", owner === "" ? "" : isoTime(write.at)];
}

function* asLead({ options }: CrmState, write: WriteInHand): Values {
  if (write.row !== undefined || !options.createsLeads) return;
  const stages = write.store.properties.find("lifecyclestage")?.options ?? [];
  if (
    after(write, "lifecyclestage") === "" &&
    stages.some(({ value }) => value === "lead")
  )
    yield ["lifecyclestage", "lead"];
}

function* website({ options }: CrmState, write: WriteInHand): Values {
  if (write.row !== undefined || !options.domainFillsWebsite) return;
  const domain = after(write, "domain");
  if (write.store.type.identity !== "domain" || domain === "") return;
  if (after(write, "website") === "") yield ["website", domain];
}

function* defaultPipeline(state: CrmState, write: WriteInHand): Values {
  const { type } = write.store;
  if (write.row !== undefined || type.pipeline === undefined) return;
  if (after(write, type.pipeline.pipeline) !== "") return;
  const stage = after(write, type.pipeline.stage);
  const pipeline = state.pipelines.defaultFor(type.name, stage);
  if (pipeline !== undefined) yield [type.pipeline.pipeline, pipeline.id];
}

/** When a user closes a deal, HubSpot sets its close date. Whether it does so for an app is not known. */
function* closed(state: CrmState, write: WriteInHand): Values {
  const { name, pipeline } = write.store.type;
  if (pipeline?.closeDate === undefined) return;
  const stage = write.changes.get(pipeline.stage) ?? "";
  if (stage === "" || write.given.has(pipeline.closeDate)) return;
  const metadata = state.pipelines.stage(
    name,
    stage,
    after(write, pipeline.pipeline) || undefined,
  )?.metadata;
  const counts =
    write.by.changeSource === "CRM_UI" || state.options.appsDateClosings;
  if (metadata?.["isClosed"] === "true" && counts)
    yield [pipeline.closeDate, isoTime(write.at)];
}

function* taskCompleted(_state: CrmState, write: WriteInHand): Values {
  const status = write.changes.get("hs_task_status");
  if (status === undefined || write.given.has("hs_task_completion_date"))
    return;
  yield [
    "hs_task_completion_date",
    status === "COMPLETED" ? isoTime(write.at) : "",
  ];
}

function* parties(_state: CrmState, write: WriteInHand): Values {
  const headers = write.changes.get("hs_email_headers");
  if (headers !== undefined) yield* emailParties(headers);
}

function* preview(_state: CrmState, write: WriteInHand): Values {
  const names = write.store.type.bodies;
  if (!names.some((name) => write.changes.has(name))) return;
  const body = names
    .map((name) => after(write, name))
    .find((value) => value !== "");
  yield ["hs_body_preview", bodyPreview(body ?? "")];
}
