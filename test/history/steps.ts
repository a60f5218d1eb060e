import fc from "fast-check";
import { optionChoices } from "../../sandbox/crm/options.ts";

/** What may happen in a history. Numbers name things by the order in which they came to be, taken modulo how many there are. */

export type EntityType = "contact" | "company" | "deal";
export type Side = "workspace" | "hubspot";

export type Step =
  | {
      readonly kind: "create";
      readonly side: Side;
      readonly type: EntityType;
      readonly identity: number | null;
      /** How the identity is spelled: with odd white space, in capitals, as an address. */
      readonly spelling?: number;
      readonly company: number | null;
      /** One field more than the two that all have. */
      readonly extra?: number | null;
      /** A deal's stage, of the first pipeline. */
      readonly stage?: number;
    }
  /** An import of the product's: contacts by one statement, each with a company of its own or without. */
  | {
      readonly kind: "bulk";
      readonly count: number;
      readonly companies: boolean;
    }
  | {
      readonly kind: "edit";
      readonly side: Side;
      readonly type: EntityType;
      readonly entity: number;
      readonly field: number;
      readonly blank: boolean;
      /** A value that the product's own database refuses, where it is typed in HubSpot. */
      readonly refused?: boolean;
      /** By one statement, into all records that the product made. */
      readonly all?: boolean;
    }
  /** Two contacts change emails in the workspace, or one gives its email to the other, in one transaction. */
  | {
      readonly kind: "move-email";
      readonly entity: number;
      readonly other: number;
      readonly give: boolean;
    }
  | {
      readonly kind: "delete";
      readonly side: Side;
      readonly type: EntityType;
      readonly entity: number;
    }
  | {
      readonly kind: "restore";
      readonly side: Side;
      readonly type: EntityType;
      readonly entity: number;
    }
  | {
      readonly kind: "mass-delete";
      readonly side: Side;
      readonly type: EntityType;
      readonly share: number;
    }
  | {
      readonly kind: "merge";
      readonly type: EntityType;
      readonly entity: number;
      readonly other: number;
    }
  | {
      readonly kind: "associate";
      readonly side: Side;
      readonly contact: number;
      readonly company: number;
      readonly primary: boolean;
      readonly remove: boolean;
    }
  | {
      readonly kind: "associate-deal";
      readonly side: Side;
      readonly deal: number;
      readonly to: "contact" | "company";
      readonly parent: number;
      readonly primary: boolean;
      readonly remove: boolean;
    }
  /** Somebody drags a deal to a stage. */
  | {
      readonly kind: "move-deal";
      readonly side: Side;
      readonly entity: number;
      readonly pipeline: number;
      readonly stage: number;
    }
  /** An admin selects one of HubSpot's pipelines of deals, or takes it out of the workspace. */
  | {
      readonly kind: "select";
      readonly pipeline: number;
      readonly selected: boolean;
    }
  | {
      readonly kind: "settings";
      readonly deletionSync: boolean;
      readonly mergeSync: boolean;
      readonly policy:
        "initiator" | "hubspot" | "workspace" | "newest" | "hold";
      readonly push: boolean;
      readonly pull: boolean;
      /** Rules for new records and for single fields: what they hold back is let go at the end. */
      readonly rules?: {
        readonly pushEnabled: boolean;
        readonly requireCompany: boolean;
        readonly companyWithContact: "if-missing" | "always" | "never";
        /** Of the third field. */
        readonly direction: "both" | "pull" | "push";
        /** Of the third field, too. */
        readonly write?: "overwrite" | "fill";
        /** Whether blanks of the fourth field are carried over. */
        readonly clear: boolean;
        /** Of the first field. */
        readonly policy: "hubspot" | "workspace" | "newest" | "hold" | null;
        /** Only what was typed early on may be created on the other side, and only with some stage or email. */
        readonly conditions?: boolean;
        /** How few changes a person has to approve: of deletions, or of everything. */
        readonly brakes?: "default" | "deletions" | "all";
        /** Whether matches wait for someone who confirms them. */
        readonly matching?: "link" | "ask";
        /** Whether emails that aren't verified stay out of HubSpot: in a history, none is. */
        readonly withholds?: boolean;
        /** Whether new objects get a source. */
        readonly source?: boolean;
        /** Whether what is only pulled is hidden. */
        readonly hides?: boolean;
        /** Whether new objects without an owner are the sync user's. */
        readonly owned?: boolean;
        /** Whether deals are off. */
        readonly dealsOff?: boolean;
        /** Whether new deals need a company, and whether they bring their contacts along. */
        readonly requireOfDeals?: boolean;
        readonly bringWithDeals?: "if-missing" | "always" | "never";
        /** Whether a pipeline that is selected again brings its earlier deals back. */
        readonly restores?: boolean;
      };
    }
  /** Somebody gives a record or an object an owner: by an email that the product knows, or by HubSpot's owner. */
  | {
      readonly kind: "own";
      readonly side: Side;
      readonly type: EntityType;
      readonly entity: number;
      readonly owner: number;
      /** How the product spells the email. */
      readonly spelling: number;
    }
  /** The settings say of which owner these emails are. What they may not say is refused. */
  | { readonly kind: "owners"; readonly overrides: readonly DrawnOverride[] }
  /** One owner's user leaves the account, or comes back. */
  | { readonly kind: "leave"; readonly back: boolean }
  | { readonly kind: "faults"; readonly api: number; readonly webhooks: number }
  | {
      readonly kind: "run";
      readonly run: "pull" | "push" | "both";
      readonly type: EntityType;
      readonly mode: "all" | "changed";
    }
  /** A webhook with HubSpot's signature and nothing true in it. */
  | {
      readonly kind: "forge";
      readonly type: EntityType;
      readonly entity: number;
      readonly which: number;
    }
  | { readonly kind: "swap-token" }
  /** The lanes' leases pass to nobody: whoever works them is a worker that paused for too long. */
  | { readonly kind: "lose-leases" }
  /** One of the three processes dies by SIGKILL, in the middle of whatever it does; another one takes its place. */
  | { readonly kind: "kill" }
  | { readonly kind: "pause"; readonly ms: number };

export type StepOf<Kind extends Step["kind"]> = Extract<Step, { kind: Kind }>;

/** An email, an owner, and a spelling by their numbers. */
export interface DrawnOverride {
  readonly email: number;
  readonly owner: number;
  readonly pulled: boolean;
  readonly spelling: number;
}

export interface History {
  /** Seeds what the sandbox draws: options, fault generators. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  /** Contacts and companies that HubSpot has before the app is installed: with many, pulls are of several pages. */
  readonly seeded?: number;
}

const side = fc.constantFrom<Side>("workspace", "hubspot");
const type = fc.constantFrom<EntityType>(
  "contact",
  "contact",
  "contact",
  "company",
  "company",
  "deal",
  "deal",
);
const index = fc.nat({ max: 30 });

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("create" as const),
      side,
      type,
      identity: fc.option(fc.nat({ max: 5 }), { freq: 3 }),
      spelling: fc.nat({ max: 9 }).map((roll) => Math.max(0, roll - 5)),
      company: fc.option(index, { freq: 2 }),
      extra: fc.option(fc.integer({ min: 2, max: 3 }), { freq: 2 }),
      stage: fc.nat({ max: 6 }),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant("edit" as const),
      side,
      type,
      entity: index,
      field: fc.nat({ max: 4 }),
      blank: fc.nat({ max: 4 }).map((roll) => roll === 0),
      refused: fc.nat({ max: 11 }).map((roll) => roll === 0),
      all: fc.nat({ max: 15 }).map((roll) => roll === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("move-email" as const),
      entity: index,
      other: index,
      give: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("delete" as const),
      side,
      type,
      entity: index,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("restore" as const),
      side,
      type,
      entity: index,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("mass-delete" as const),
      side,
      type,
      share: fc.constantFrom(0.3, 0.6),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("merge" as const),
      type,
      entity: index,
      other: index,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("associate" as const),
      side,
      contact: index,
      company: index,
      primary: fc.boolean(),
      remove: fc.nat({ max: 3 }).map((roll) => roll === 0),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("associate-deal" as const),
      side,
      deal: index,
      to: fc.constantFrom("contact" as const, "company" as const),
      parent: index,
      primary: fc.boolean(),
      remove: fc.nat({ max: 3 }).map((roll) => roll === 0),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("move-deal" as const),
      side,
      entity: index,
      pipeline: fc.nat({ max: 1 }),
      stage: fc.nat({ max: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("select" as const),
      pipeline: fc.nat({ max: 1 }),
      selected: fc.nat({ max: 2 }).map((roll) => roll > 0),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("settings" as const),
      deletionSync: fc.boolean(),
      mergeSync: fc.boolean(),
      policy: fc.constantFrom(
        "initiator" as const,
        "initiator" as const,
        "hubspot" as const,
        "workspace" as const,
        "newest" as const,
        "hold" as const,
      ),
      push: fc.nat({ max: 3 }).map((roll) => roll > 0),
      pull: fc.nat({ max: 3 }).map((roll) => roll > 0),
      rules: fc.record({
        pushEnabled: fc.nat({ max: 3 }).map((roll) => roll > 0),
        requireCompany: fc.nat({ max: 3 }).map((roll) => roll === 0),
        companyWithContact: fc.constantFrom(
          "if-missing" as const,
          "always" as const,
          "never" as const,
        ),
        direction: fc.constantFrom(
          "both" as const,
          "both" as const,
          "pull" as const,
          "push" as const,
        ),
        write: fc.constantFrom(
          "overwrite" as const,
          "overwrite" as const,
          "fill" as const,
        ),
        clear: fc.boolean(),
        policy: fc.constantFrom(
          null,
          null,
          "hubspot" as const,
          "workspace" as const,
          "newest" as const,
          "hold" as const,
        ),
        conditions: fc.nat({ max: 3 }).map((roll) => roll === 0),
        brakes: fc.constantFrom(
          "default" as const,
          "default" as const,
          "deletions" as const,
          "all" as const,
        ),
        matching: fc.constantFrom(
          "link" as const,
          "link" as const,
          "ask" as const,
        ),
        withholds: fc.nat({ max: 3 }).map((roll) => roll === 0),
        source: fc.boolean(),
        hides: fc.boolean(),
        owned: fc.boolean(),
        dealsOff: fc.nat({ max: 4 }).map((roll) => roll === 0),
        requireOfDeals: fc.nat({ max: 3 }).map((roll) => roll === 0),
        restores: fc.boolean(),
        bringWithDeals: fc.constantFrom(
          "if-missing" as const,
          "always" as const,
          "never" as const,
        ),
      }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("own" as const),
      side,
      type,
      entity: index,
      owner: fc.nat({ max: 6 }),
      spelling: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("owners" as const),
      overrides: fc.array(
        fc.record({
          // Mostly emails that HubSpot has for nobody, and owners who are there.
          email: fc.constantFrom(4, 4, 5, 5, 6, 2, 1, 0),
          owner: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 2, 2, 3),
          pulled: fc.boolean(),
          spelling: fc.nat({ max: 3 }),
        }),
        { maxLength: 4, size: "max" },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("leave" as const),
      back: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("faults" as const),
      api: fc.nat({ max: 17 }),
      webhooks: fc.nat({ max: 7 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      run: fc.constantFrom("pull" as const, "push" as const, "both" as const),
      type,
      mode: fc.constantFrom("all" as const, "changed" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("forge" as const),
      type,
      entity: index,
      which: fc.nat({ max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "swap-token" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "lose-leases" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "kill" as const }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("pause" as const),
      ms: fc.constantFrom(5, 20, 60, 120, 250),
    }),
  },
);

/** The sandbox's unsure facts, each drawn for itself. */
const optionsArbitrary = fc.record({
  profile: fc.constantFrom("documented", "observed"),
  ...Object.fromEntries(
    Object.entries(optionChoices).map(([name, choices]) => [
      name,
      fc.constantFrom(...choices),
    ]),
  ),
  inlineAssociations: fc.constantFrom(1, 100, 100),
  associationArchiveInputs: fc.constantFrom(100, 2000),
  searchLagMs: fc.constantFrom(0, 0, 100),
  // Without one left, what became of a lost creation shows by what it sent alone.
  uniqueProperties: fc.constantFrom(10, 10, 10, 0),
  // A day's calls run out in the middle of a history.
  dailyLimit: fc.constantFrom(null, null, null, null, null, 90),
  limits: fc.constantFrom("unlimited", "unlimited", {}),
});

/** More than a batch holds, somewhere among the other steps; most histories do without. */
const bulkArbitrary = fc.oneof(
  { weight: 15, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      at: fc.nat({ max: 20 }),
      step: fc.record({
        kind: fc.constant("bulk" as const),
        count: fc.integer({ min: 301, max: 330 }),
        companies: fc.boolean(),
      }),
    }),
  },
);

export const historyArbitrary: fc.Arbitrary<History> = fc
  .record({
    options: optionsArbitrary,
    seeded: fc.constantFrom(...Array<number>(14).fill(0), 130, 230),
    bulk: bulkArbitrary,
    steps: fc.array(stepArbitrary, {
      minLength: 6,
      maxLength: 60,
      size: "max",
    }),
  })
  .map(({ bulk, steps, ...history }) => ({
    ...history,
    steps: bulk === null ? steps : steps.toSpliced(bulk.at, 0, bulk.step),
  }));

/** How HubSpot's routes misbehave, by number; 0 is well-behaved. */
export const apiFaults: readonly (Readonly<Record<string, unknown>> | null)[] =
  [
    null,
    { latencyMs: [0, 30] },
    { status: 503, html: true, rate: 0.3 },
    { status: 429, policyName: "SECONDLY", rate: 0.2 },
    { path: "/batch/", dropAfterWrite: true, rate: 0.4 },
    { path: "/batch/", lateMs: 60, rate: 0.3 },
    { refuse: true, rate: 0.3 },
    { path: "associations", dropAfterWrite: true, rate: 0.5 },
    { path: "/batch/", latencyMs: [20, 80] },
    { path: "/batch/", dropAfterWrite: true, status: 502, rate: 0.4 },
    { path: "/batch/", lateMs: 250, status: 504, html: true, rate: 0.3 },
    { status: 429, policyName: "TEN_SECONDLY_ROLLING", rate: 0.2 },
    { status: 429, policyName: "DAILY", rate: 0.1 },
    // A scope is taken away, for a while.
    { path: "/companies/", status: 403 },
    { path: "/batch/update", status: 403 },
    { path: "/associations/", status: 403 },
    // A reading that takes so long that another lane links, merges, or deletes what it reads.
    { path: "/batch/read", latencyMs: [100, 600], rate: 0.5 },
    { path: "/objects/", latencyMs: [50, 400], rate: 0.4 },
  ];

export const webhookFaults: readonly (Readonly<
  Record<string, unknown>
> | null)[] = [
  null,
  { lose: 1 },
  { lose: 0.5 },
  { double: 1, shuffle: true },
  { delayMs: 60, shuffle: true },
  { lose: 0.3, double: 0.5, shuffle: true },
  { paused: true },
  null,
];
