import type {
  ActionAnswer,
  ChildrenOfType,
  Run,
  SyncField,
  SyncView,
} from "../../hubspot-project/src/app/cards/sync-view.ts";

const ready = {
  allowed: true,
  creates: false,
  idle: false,
  code: null,
  reason: null,
  remedy: null,
};

/** A company's contacts, none of which has changed. */
export const contacts = (
  count: number,
  some: Partial<ChildrenOfType> = {},
): ChildrenOfType[] => [
  { type: "contact", count, changed: 0, named: [], more: 0, ...some },
];

/** What a problem holds beside what a test is about. */
export const plainProblem = {
  field: "",
  record: null,
  objects: [],
  help: null,
};

/** A button that would change nothing. */
export const nothingToDo = (
  action: string,
  why = "both sides are in sync",
) => ({
  idle: true,
  summary: `Nothing to ${action}: ${why}`,
  reason: `${why.charAt(0).toUpperCase()}${why.slice(1)}`,
});

/** A contact whose buttons all have something to do; a test changes what it is about. */
export function view(some: Partial<SyncView> = {}): SyncView {
  return {
    status: "in_sync",
    code: "in_sync",
    reason: "Both sides hold the same values",
    lastKnown: null,
    help: null,
    checks: [],
    version: "v1",
    objectType: "contact",
    productName: "Orbit",
    record: { id: "9b2c", name: "Ada Lovelace", url: null },
    object: {
      id: "501",
      url: "https://app.hubspot.com/contacts/1000001/record/0-1/501",
    },
    lastPull: { at: minutesAgo(5), by: "webhook" },
    lastPush: { at: minutesAgo(180), by: "ada@example.com" },
    fields: [],
    moreFields: 0,
    sync: { ...ready, summary: "Pulls 1 value; pushes 1 value" },
    pull: { ...ready, summary: "Pulls 1 value", undoes: [], moreUndoes: 0 },
    push: {
      ...ready,
      summary: "Pushes 1 value",
      undoes: [],
      moreUndoes: 0,
      children: [],
      contacts: null,
      company: null,
    },
    problem: null,
    problems: [],
    moreProblems: 0,
    approvals: [],
    held: [],
    moreHeld: 0,
    unpermitted: { push: null, pull: null },
    duplicates: [],
    journal: [],
    setup: null,
    run: null,
    ...some,
  };
}

export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

/** A job title that was changed in HubSpot. */
export const jobTitle: SyncField = {
  field: "job_title",
  label: "Job title",
  property: "jobtitle",
  workspace: "Engineer",
  hubspot: "Chief engineer",
  state: "changed_in_hubspot",
  onPull: {
    writes: "workspace",
    value: "Chief engineer",
    reason: "Only HubSpot changed",
  },
  onPush: { writes: "nothing", value: null, reason: "Only HubSpot changed" },
  note: null,
};

export function waitingToPull(some: Partial<SyncView> = {}): SyncView {
  return view({
    status: "changes_waiting",
    code: "waiting_pull",
    reason: "1 value was changed in HubSpot",
    version: "v2",
    fields: [jobTitle],
    pull: { ...view().pull, summary: "Pulls 1 value from HubSpot" },
    ...some,
  });
}

export function done(
  some: Partial<Extract<ActionAnswer, { result: "done" }>> = {},
): ActionAnswer {
  return {
    result: "done",
    message: "1 value was pulled",
    changes: [],
    objectUrl: null,
    view: view(),
    ...some,
  };
}

export function run(
  state: Run["state"],
  counts: Partial<Run["counts"]> = {},
  reason: string | null = null,
): Run {
  const none = {
    requested: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    held: 0,
    failed: 0,
  };
  return { id: "run-1", state, counts: { ...none, ...counts }, reason };
}
