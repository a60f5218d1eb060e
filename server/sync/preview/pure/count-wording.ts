import type { ObjectType } from "../../../settings/types/index.ts";
import { descriptorOf } from "../../../settings/types/index.ts";
import type { UnlinkedCounts } from "../../installation/count-unlinked.ts";
import type { PullCounts, RuleCount } from "../count-pull.ts";

/** What rules for new records do to those that aren't synced, in sentences. Pure. */

const shown = (count: number): string => count.toLocaleString("en-US");

/** "1 contact", "1,213 contacts". */
const named = (type: ObjectType, count: number): string => {
  const { singular, plural } = descriptorOf(type).names;
  return `${shown(count)} ${count === 1 ? singular : plural}`;
};

/** Returns what rules for pushing new records do, as sentences. */
export function pushCountSentences(
  type: ObjectType,
  counts: UnlinkedCounts,
): string[] {
  const { plural } = descriptorOf(type).names;
  const { count, pushed, newlyPushed, newlyExcluded, atLeast } = counts;
  if (count === 0)
    return [`The workspace has no ${plural} that were never synced.`];
  const least = atLeast ? "at least " : "";
  return [
    `Applies to ${least}${named(type, count)} that ${count === 1 ? "was" : "were"} never synced; ${howMany(pushed, count)} these rules.`,
    ...(newlyPushed > 0
      ? [
          `${shown(newlyPushed)} of them ${newlyPushed === 1 ? "is" : "are"} excluded by the saved rules.`,
        ]
      : []),
    ...(newlyExcluded > 0
      ? [
          `${shown(newlyExcluded)} that ${newlyExcluded === 1 ? "meets" : "meet"} the saved rules would be excluded.`,
        ]
      : []),
  ];
}

/** "40 of them meet", "all of them meet", "none of them meets". */
function howMany(some: number, all: number): string {
  if (some === 0) return all === 1 ? "it doesn't meet" : "none of them meets";
  if (some === all) return all === 1 ? "it meets" : "all of them meet";
  return `${shown(some)} of them ${some === 1 ? "meets" : "meet"}`;
}

/** Returns what rules for pulling new objects do, as sentences: about, because HubSpot's search lags. */
export function pullCountSentences(
  type: ObjectType,
  { unsynced, before, after }: PullCounts,
): string[] {
  if (unsynced === 0)
    return [`All ${descriptorOf(type).names.plural} in HubSpot are synced.`];
  const begin = `HubSpot has about ${named(type, unsynced)} that ${unsynced === 1 ? "isn't" : "aren't"} synced`;
  const saved =
    before.kind === "counted" &&
    !(after.kind === "counted" && after.count === before.count)
      ? [
          before.count === 0
            ? "None of them meets the saved rules."
            : `${before.partlySynced === null ? "About" : "At most"} ${shown(before.count)} of them ${before.count === 1 ? "meets" : "meet"} the saved rules.`,
        ]
      : [];
  return [...sentencesOf(begin, unsynced, after), ...saved];
}

/** "about 40 of them meet", "at most 40 of them meet", "all of them meet". */
function howManyCounted(
  { count, partlySynced }: Extract<RuleCount, { kind: "counted" }>,
  all: number,
): string {
  if (partlySynced !== null && count > 0)
    return all === 1
      ? "it may meet"
      : `at most ${shown(count)} of them ${count === 1 ? "meets" : "meet"}`;
  return `${count > 0 && count < all ? "about " : ""}${howMany(count, all)}`;
}

function sentencesOf(
  begin: string,
  unsynced: number,
  after: RuleCount,
): string[] {
  switch (after.kind) {
    case "counted":
      return [
        `${begin}; ${howManyCounted(after, unsynced)} these rules.`,
        ...(after.count > 0
          ? [
              `A pull of everything includes ${after.partlySynced === null ? "them" : "those that do"}. Until then, each is pulled when it changes in HubSpot.`,
            ]
          : []),
        ...(after.partlySynced === null || after.count === 0
          ? []
          : [
              `HubSpot can't count by whether the ${after.partlySynced} is synced, so there may be fewer.`,
            ]),
      ];
    case "none":
      return [`${begin}; ${howMany(0, unsynced)} these rules.`, after.reason];
    case "uncountable":
      return [
        `${begin}. How many of them meet these rules can't be counted.`,
        after.reason,
      ];
  }
}
