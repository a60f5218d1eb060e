import { isTimeZone } from "./time-zone.ts";

/**
 * Where HubSpot's documents are silent or disagree, a portal option chooses, and an app must work with either.
 * Every option is read at the moment of the call, so a test may change it in the middle of a run.
 */
export type PortalOptions = {
  /** Each object type counts its ids from the same number, so that one id names an object of every type; otherwise they never meet. */
  readonly overlappingIds: boolean;
  /** Merging keeps the primary's id (public beta, opt-in by account) instead of making a new one. */
  readonly mergeKeepsId: boolean;
  /** Whose value of a custom unique property a merge keeps: the primary's (blank: the other's), the merged-away one's, or nobody's. */
  readonly mergeUniqueSurvives: "primary" | "merged" | "none";
  /** Merging keeps the lifecycle stage that is further along, whoever held it. */
  readonly mergeKeepsFurthestStage: boolean;
  /** An archived object still holds its unique values (email included). */
  readonly archivedHoldsUnique: boolean;
  /** One bad input of an upsert by a custom unique property fails the whole batch. (By email it always does.) */
  readonly upsertFailsWhole: boolean;
  /** One bad input of a batch update fails the whole batch. */
  readonly batchUpdateFailsWhole: boolean;
  /** A batch update leaves out merged-away ids without a word; otherwise it names them as errors. */
  readonly batchUpdateOmitsMergedIds: boolean;
  /** An update's answer carries the default properties too; otherwise only what was written. */
  readonly updateAnswersAllFields: boolean;
  /** A single PATCH on a merged-away id writes to the survivor; otherwise 404. */
  readonly singlePatchFollowsMergedId: boolean;
  /** A DELETE on a merged-away id archives the survivor; otherwise it does nothing. Both answer 204. */
  readonly archiveFollowsMergedId: boolean;
  /** Association calls on a merged-away id work on the survivor. */
  readonly associationsFollowMergedId: boolean;
  /** Events of several portals may share one webhook body. */
  readonly webhookMixesPortals: boolean;
  /** The field that names the kind of a webhook event. */
  readonly webhookTypeField: "subscriptionType" | "eventType";
  /** A merge event names the resulting id also when that is the primary's own; otherwise it is left out. */
  readonly mergeEventNamesNewId: boolean;
  /** Changing a contact's email leaves the old one behind as an additional email. */
  readonly primaryEmailChangeKeepsOld: boolean;
  /** An additional email finds the contact by `idProperty=email`. */
  readonly additionalEmailFinds: boolean;
  /** An email on the blocklist of permanent deletions cannot be used over the API either; otherwise only a user cannot. */
  readonly blocklistStopsApps: boolean;
  /** `idProperty=domain` works for companies. */
  readonly domainFindsCompany: boolean;
  /** A search compares each additional domain of a company; otherwise only all of them as one text. */
  readonly additionalDomainsFind: boolean;
  /** Associating touches the modified date of both objects. */
  readonly associationsTouchModified: boolean;
  /** A contact's first company becomes its primary company by itself. */
  readonly firstCompanyBecomesPrimary: boolean;
  /** Activities ignore read-only and unknown properties; otherwise 400, as for other objects. */
  readonly activitiesIgnoreUnwritable: boolean;
  /** A new deal needs its stage and pipeline; otherwise it gets the default pipeline and no stage. */
  readonly dealsNeedStage: boolean;
  /** An app that closes a deal sets its close date, as a user does. */
  readonly appsDateClosings: boolean;
  /** A contact or company created without a lifecycle stage becomes a lead. Recorded; HubSpot's pages say so of what users create. */
  readonly createsLeads: boolean;
  /** A company created without a website gets its domain as website. Recorded. */
  readonly domainFillsWebsite: boolean;
  /** Whether HubSpot finds or creates a new contact's company by the domain of the email. */
  readonly companyByEmailDomain: "found-or-made" | "never";
  /** Changes of rollups (`num_notes`, `notes_last_updated`) change an object's modified date. */
  readonly rollupsTouchModified: boolean;
  /** v3's names of associations: by direction (`company_to_contact`), or one name for both directions. */
  readonly associationNames: "by-direction" | "by-pair";
  /** `more`: phone numbers, domains, multi-selects and numbers are rewritten too. */
  readonly rewrites: "basic" | "more";
  /** A property that was cleared reads as `""`; otherwise as null. */
  readonly clearedReadsEmpty: boolean;
  /** Validation errors carry `errors[]`; otherwise only the JSON array inside `message`. */
  readonly errorsInArray: boolean;
  /** A 404 on a numeric id carries the category OBJECT_NOT_FOUND. */
  readonly notFoundHasCategory: boolean;
  /** What a batch answers that went well in part. */
  readonly partialStatus: 200 | 207;
  /** What batch creation of associations answers on dated paths. */
  readonly associationBatchStatus: 200 | 201;
  /** How many inputs batch archiving of associations and of their labels takes. */
  readonly associationArchiveInputs: 100 | 2000;
  /** How dated association answers write `toObjectId`. */
  readonly toObjectIdAs: "string" | "number";
  /** How many associations of one type an object shows inline before it pages. */
  readonly inlineAssociations: number;
  readonly customProperties: number;
  readonly uniqueProperties: number;
  /** How long search goes on seeing the state before a change, in milliseconds. */
  readonly searchLagMs: number;
  /** The account's time zone, by its IANA name: a day of calls ends at its midnight. */
  readonly timeZone: string;
  /** The account's currencies by their codes, its own first; null: EUR, and deals take any. */
  readonly currencies: readonly string[] | null;
  /** Calls a day, or null for no daily limit. */
  readonly dailyLimit: number | null;
  /** 429 answers carry Retry-After. */
  readonly retryAfter: boolean;
  /** What says that a 429 is about a limit: `errorType` RATE_LIMIT, or `category` RATE_LIMITS. */
  readonly rateLimitNamedBy: "errorType" | "category";
  /** A refresh hands out a new refresh token and ends the old one. */
  readonly refreshTokenRotates: boolean;
  /** Access tokens stop working when the app is uninstalled; otherwise they live on until they expire. */
  readonly tokensDieAtUninstall: boolean;
};

type Profile = "documented" | "observed";

/** `documented`: as HubSpot's pages read. `observed`: as third parties' recordings and reports have it. */
export const profiles: Readonly<Record<Profile, PortalOptions>> = {
  documented: {
    overlappingIds: true,
    mergeKeepsId: false,
    mergeUniqueSurvives: "primary",
    mergeKeepsFurthestStage: false,
    archivedHoldsUnique: false,
    upsertFailsWhole: false,
    batchUpdateFailsWhole: false,
    batchUpdateOmitsMergedIds: false,
    updateAnswersAllFields: true,
    singlePatchFollowsMergedId: true,
    archiveFollowsMergedId: false,
    associationsFollowMergedId: false,
    webhookMixesPortals: false,
    webhookTypeField: "subscriptionType",
    mergeEventNamesNewId: true,
    primaryEmailChangeKeepsOld: false,
    additionalEmailFinds: true,
    blocklistStopsApps: true,
    domainFindsCompany: true,
    additionalDomainsFind: true,
    associationsTouchModified: true,
    firstCompanyBecomesPrimary: false,
    activitiesIgnoreUnwritable: true,
    dealsNeedStage: true,
    appsDateClosings: false,
    createsLeads: false,
    domainFillsWebsite: false,
    companyByEmailDomain: "never",
    rollupsTouchModified: true,
    associationNames: "by-direction",
    rewrites: "basic",
    clearedReadsEmpty: false,
    errorsInArray: true,
    notFoundHasCategory: true,
    partialStatus: 207,
    associationBatchStatus: 200,
    associationArchiveInputs: 2000,
    toObjectIdAs: "string",
    inlineAssociations: 100,
    customProperties: 1000,
    uniqueProperties: 10,
    searchLagMs: 0,
    timeZone: "Europe/Berlin",
    currencies: null,
    dailyLimit: null,
    retryAfter: false,
    rateLimitNamedBy: "errorType",
    refreshTokenRotates: false,
    tokensDieAtUninstall: true,
  },
  observed: {
    overlappingIds: false,
    mergeKeepsId: true,
    mergeUniqueSurvives: "none",
    mergeKeepsFurthestStage: true,
    archivedHoldsUnique: true,
    upsertFailsWhole: true,
    batchUpdateFailsWhole: true,
    batchUpdateOmitsMergedIds: true,
    updateAnswersAllFields: false,
    singlePatchFollowsMergedId: false,
    archiveFollowsMergedId: true,
    associationsFollowMergedId: true,
    webhookMixesPortals: true,
    webhookTypeField: "subscriptionType",
    mergeEventNamesNewId: false,
    primaryEmailChangeKeepsOld: true,
    additionalEmailFinds: false,
    blocklistStopsApps: false,
    domainFindsCompany: false,
    additionalDomainsFind: false,
    associationsTouchModified: false,
    firstCompanyBecomesPrimary: true,
    activitiesIgnoreUnwritable: false,
    dealsNeedStage: false,
    appsDateClosings: true,
    createsLeads: true,
    domainFillsWebsite: true,
    companyByEmailDomain: "never",
    rollupsTouchModified: false,
    associationNames: "by-pair",
    rewrites: "more",
    clearedReadsEmpty: true,
    errorsInArray: false,
    notFoundHasCategory: false,
    partialStatus: 207,
    associationBatchStatus: 201,
    associationArchiveInputs: 100,
    toObjectIdAs: "number",
    inlineAssociations: 100,
    customProperties: 1000,
    uniqueProperties: 10,
    searchLagMs: 500,
    timeZone: "America/New_York",
    currencies: null,
    dailyLimit: null,
    retryAfter: true,
    rateLimitNamedBy: "category",
    refreshTokenRotates: true,
    tokensDieAtUninstall: false,
  },
};

type Choices = Readonly<
  Record<string, readonly (string | number | boolean | null)[]>
>;

/** Options that an admin sets: tests don't draw them. */
const settingChoices: Choices = {
  companyByEmailDomain: ["never", "found-or-made"],
};

/** The choices of each unsure fact, for tests that draw options at random. */
export const optionChoices: Choices = {
  ...Object.fromEntries(
    Object.entries(profiles.documented)
      .filter(
        ([name, value]) =>
          typeof value === "boolean" && settingChoices[name] === undefined,
      )
      .map(([name]) => [name, [false, true]]),
  ),
  mergeUniqueSurvives: ["primary", "merged", "none"],
  associationNames: ["by-direction", "by-pair"],
  rewrites: ["basic", "more"],
  partialStatus: [200, 207],
  associationBatchStatus: [200, 201],
  associationArchiveInputs: [100, 2000],
  toObjectIdAs: ["string", "number"],
  webhookTypeField: ["subscriptionType", "eventType"],
  rateLimitNamedBy: ["errorType", "category"],
};

/**
 * Applies named options, from outside, on top of a profile (when one is named) or of what a portal has.
 * @throws TypeError naming every option that does not exist or has a value it cannot have.
 */
export function readOptions(
  input: unknown,
  base: PortalOptions,
): PortalOptions {
  if (input === undefined || input === null) return base;
  if (typeof input !== "object")
    throw new TypeError("options must be an object");
  const { profile, ...rest } = input as Record<string, unknown>;
  const wrong: string[] = [];
  let start = base;
  if (profile === "documented" || profile === "observed")
    start = profiles[profile];
  else if (profile !== undefined) wrong.push("profile");
  const known = profiles.documented as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(rest))
    if (!fits(name, value, known)) wrong.push(name);
  if (wrong.length > 0)
    throw new TypeError(`unknown portal option or value: ${wrong.join(", ")}`);
  return { ...start, ...rest };
}

function fits(
  name: string,
  value: unknown,
  known: Readonly<Record<string, unknown>>,
): boolean {
  if (!Object.hasOwn(known, name)) return false;
  if (name === "timeZone") return isTimeZone(value);
  if (name === "currencies") return value === null || isCurrencies(value);
  if (name === "dailyLimit") return value === null || isCount(value);
  const choices = optionChoices[name] ?? settingChoices[name];
  return choices === undefined
    ? isCount(value)
    : choices.some((choice) => choice === value);
}

const isCurrencies = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((code) => /^[A-Z]{3}$/.test(String(code)));

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
