import type { ObjectType } from "../../../settings/types/index.ts";
import { descriptorOf } from "../../../settings/types/index.ts";

/** What saving settings would do to records that are there. */
export const effectCodes = [
  "mapping_changed",
  "newly_pushed",
  "newly_excluded",
  "deletions_followed",
  "earlier_deletions_kept",
  "merges_followed",
  "earlier_merges_kept",
  "newly_hidden",
  "newly_visible",
  "emails_sent",
  "matches_linked",
  "pipeline_removed",
  "pipeline_unpushed",
  "pipeline_added",
] as const;
export type EffectCode = (typeof effectCodes)[number];

/** Whether a count is exact, or how far it goes; "unknown": nothing has been counted, and the count says 0. */
export type CountBound = "exact" | "at-least" | "at-most" | "unknown";

const prefixes: Readonly<Record<CountBound, string>> = {
  exact: "",
  "at-least": "At least ",
  "at-most": "At most ",
  unknown: "",
};

/**
 * Returns an effect on a number of records of a type, in a sentence. Pure.
 * @param bound whether there may be more, or fewer
 */
export function effectSentence(
  type: ObjectType,
  code: EffectCode,
  count: number,
  bound: CountBound,
): string {
  const { singular, plural } = descriptorOf(type).names;
  const isOne = count === 1;
  return sentences[code]({
    records: `${prefixes[bound]}${count.toLocaleString("en-US")} ${isOne ? singular : plural}`,
    plural,
    isOne,
    bound,
  });
}

type Counted = {
  /** With their number: "1,200 contacts" */
  readonly records: string;
  readonly plural: string;
  readonly isOne: boolean;
  readonly bound: CountBound;
};

const sentences: Readonly<Record<EffectCode, (counted: Counted) => string>> = {
  mapping_changed: ({ records, isOne }) =>
    `${records} ${isOne ? "is" : "are"} linked, and the changed mappings concern ${isOne ? "it" : "them"}.`,
  newly_pushed: ({ records, plural, isOne }) =>
    `${records} that ${isOne ? "isn't" : "aren't"} in HubSpot will no longer be excluded. Pushing all ${plural} will include ${isOne ? "it" : "them"}.`,
  newly_excluded: ({ records, isOne }) =>
    `${records} that ${isOne ? "isn't" : "aren't"} in HubSpot will be excluded.`,
  deletions_followed: ({ records }) =>
    `${records} deleted in the workspace and still linked will be deleted in HubSpot.`,
  earlier_deletions_kept: ({ records, isOne }) =>
    `${records} deleted on one side before ${isOne ? "stays" : "stay"} on the other side.`,
  merges_followed: ({ records, plural, isOne }) =>
    `${records} ${isOne ? "is" : "are"} linked. If HubSpot merges two linked ${plural} from now on, they'll be merged in the workspace too: the other one's values fill blanks, and it's deleted.`,
  earlier_merges_kept: ({ records, isOne }) =>
    `${records} that HubSpot merged into ${isOne ? "another one" : "others"} before ${isOne ? "stays" : "stay"} in the workspace, unlinked.`,
  newly_hidden: ({ records, isOne }) =>
    `${records} that ${isOne ? "was" : "were"} only pulled will be hidden in the workspace.`,
  newly_visible: ({ records, isOne }) =>
    `${records} that ${isOne ? "was" : "were"} only pulled will be visible in the workspace.`,
  emails_sent: ({ records, isOne }) =>
    `${records} ${isOne ? "has an unverified email" : "have unverified emails"} that will be sent to HubSpot.`,
  matches_linked: ({ records, isOne }) =>
    `${records} that ${isOne ? "waits" : "wait"} for someone to confirm a match will be linked.`,
  pipeline_removed: ({ records, isOne }) =>
    `${records} in a pipeline that is no longer selected will be removed from the workspace. HubSpot keeps ${isOne ? "it" : "them"}.`,
  pipeline_unpushed: ({ records, isOne }) =>
    `${records} among them ${isOne ? "has" : "have"} changes that HubSpot doesn't have yet. They're pushed first. What HubSpot rejects is kept in the archive for 90 days.`,
  pipeline_added: ({ records, plural, bound }) =>
    bound === "unknown"
      ? `The ${plural} in a pipeline that is now selected will be pulled. HubSpot hasn't counted them yet.`
      : `${bound === "exact" ? "About " : ""}${records} in a pipeline that is now selected will be pulled.`,
};
