import type { History } from "./steps.ts";

/** Histories that failed once, shrunk. Each stays, so that what it found does not come back. */
export const fixedCases: readonly History[] = [
  // A creation that landed late, after its record had been deleted.
  {
    options: {
      profile: "documented",
      mergeKeepsId: true,
      mergeUniqueSurvives: "primary",
      archivedHoldsUnique: true,
      upsertFailsWhole: true,
      batchUpdateFailsWhole: true,
      batchUpdateOmitsMergedIds: true,
      updateAnswersAllFields: false,
      singlePatchFollowsMergedId: false,
      associationsFollowMergedId: true,
      mergeEventNamesNewId: true,
      primaryEmailChangeKeepsOld: true,
      additionalEmailFinds: false,
      associationsTouchModified: false,
      firstCompanyBecomesPrimary: false,
      rewrites: "basic",
      clearedReadsEmpty: false,
      errorsInArray: false,
      partialStatus: 200,
      searchLagMs: 100,
    },
    steps: [
      { kind: "faults", api: 8, webhooks: 3 },
      {
        kind: "create",
        side: "workspace",
        type: "contact",
        identity: 4,
        company: 1,
      },
      { kind: "pause", ms: 120 },
      { kind: "faults", api: 5, webhooks: 2 },
      { kind: "restore", side: "workspace", type: "contact", entity: 30 },
      { kind: "pause", ms: 120 },
      { kind: "faults", api: 1, webhooks: 2 },
      {
        kind: "associate",
        side: "workspace",
        contact: 3,
        company: 2,
        primary: false,
        remove: false,
      },
      { kind: "delete", side: "workspace", type: "contact", entity: 26 },
    ],
  },
];
