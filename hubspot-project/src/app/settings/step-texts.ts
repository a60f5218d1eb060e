import { unnamedProduct } from "counterpart-kit/product-name.ts";
import { dateAndTime } from "counterpart-kit/times.ts";
import type { Clock } from "counterpart-kit/times.ts";
import { counted, listed, plural, sentenceOf } from "counterpart-kit/words.ts";
import { settingsOf } from "./document.ts";
import type { ChecklistEntry, Page, Step } from "./page-answer.ts";

type Facts = {
  page: Page;
  entry: ChecklistEntry;
  productName: string;
  clock: Clock;
  /** What the first pull will do, if the server could say it. */
  forecast: string | null;
};

/** What each step of the set-up is, and how far it is. */
export const stepTexts: Readonly<
  Record<Step, (facts: Facts) => { title: string; body: string }>
> = {
  connect: ({ page: { connected, installation } }) => ({
    title: "Connect HubSpot",
    body: connected
      ? `Connected as ${installation.syncUser.email}.`
      : "A super admin, or a user who may connect marketplace apps, can connect HubSpot.",
  }),
  name: ({ productName }) => ({
    title: "Name your product",
    body: sentenceOf(
      productName === unnamedProduct
        ? "Cards and this page use its name. Enter it below, under Your product"
        : `Cards and this page call it ${productName}`,
      "A record link lets people open its records from HubSpot",
    ),
  }),
  map: ({ page }) => ({
    title: "Map fields and stages",
    body: mappingText(page),
  }),
  rules: () => ({
    title: "Decide what syncs",
    body: "Rules say which new records sync, who wins a conflict, and what happens to deletions. Pushing a contact can create its company in HubSpot.",
  }),
  try: ({ page }) => ({
    title: "Try one record",
    body: `Choose a ${listed(page.types.map(({ singular }) => singular))}, and see what these settings would do to it, and why. The record isn't changed.`,
  }),
  pull: (facts) => ({ title: "Pull from HubSpot", body: pullText(facts) }),
  test: (facts) => ({
    title: "Push ten records as a test",
    body: testText(facts),
  }),
  push: (facts) => ({ title: "Push to HubSpot", body: pushText(facts) }),
  key: ({ entry: { at }, clock }) => ({
    title: "Give developers the API key",
    body: sentenceOf(
      at === null
        ? "The key hasn't been used yet. It was shown when HubSpot was connected, and you can create a new one below"
        : `Done on ${dateAndTime(at, clock.locale)}`,
    ),
  }),
  card: ({ page, entry: { at }, clock }) => ({
    title: "Add the card to record pages",
    body: sentenceOf(
      at === null
        ? `In HubSpot, open a ${listed(page.types.map(({ singular }) => singular))} and click Customize. Choose Counterpart in the card library. Save the view. This step is done when someone opens the card`
        : `Done on ${dateAndTime(at, clock.locale)}`,
    ),
  }),
};

function mappingText({ settings, types, warnings }: Page): string {
  const counts = types.map(
    (type) =>
      `${plural(settingsOf(settings, type.type).mappings.length, "field")} of ${type.plural}`,
  );
  const mapped = `${listed(counts, "and")} are mapped.`;
  return warnings.length === 0
    ? mapped
    : `${mapped} ${counted(warnings.length)} ${warnings.length === 1 ? "doesn't" : "don't"} fit HubSpot.`;
}

function pullText({
  page: { installation, progress, checklist },
  forecast,
  productName,
  clock: { now, locale },
}: Facts): string {
  const { state, windowEndsAt } = installation;
  const reads =
    forecast ??
    `The first pull reads HubSpot's records into ${productName}. It changes nothing in HubSpot.`;
  const hasPulled = checklist.some(({ step, done }) => step === "pull" && done);
  switch (state) {
    case "setting-up":
      return windowEndsAt !== null && Date.parse(windowEndsAt) > now
        ? `${reads} It starts by itself on ${dateAndTime(windowEndsAt, locale)}.`
        : `${reads} It's about to start.`;
    case "first-pull":
      return progress === null || progress.total === null
        ? `In progress: ${plural(progress?.done ?? 0, "record")} so far.`
        : `In progress: ${counted(progress.done)} of ${plural(progress.total, "record")}.`;
    case "held":
      return hasPulled
        ? "The first pull has ended. Sync is paused."
        : `${reads} Sync is paused: it doesn't start by itself.`;
    case "active":
      return "The first pull has ended. Changes in HubSpot are pulled as they happen.";
    case "disconnected":
    case "uninstalled":
      return hasPulled
        ? "The first pull has ended. Counterpart is disconnected."
        : "Connect HubSpot first.";
  }
}

function testText({
  page: { settings, checklist },
  entry: { done },
  productName,
}: Facts): string {
  if (done) return "Records were pushed. Look at them in HubSpot.";
  const hasPulled = checklist.some(({ step, done: isDone }) => {
    return step === "pull" && isDone;
  });
  return sentenceOf(
    hasPulled
      ? "Push ten records of a type, and look at them in HubSpot"
      : "When the first pull has ended, push ten records of a type, and look at them in HubSpot",
    settings.automatic.push
      ? `Automatic push is on, so all records of ${productName} are pushed ${hasPulled ? "" : "then "}as your rules say. To look at ten first, turn it off`
      : null,
    "HubSpot can also create companies by itself, from the email domains of contacts. Look for that setting in HubSpot's settings of companies, and merge duplicates first",
  );
}

function pushText({
  page: { settings, checklist, installation },
  productName,
}: Facts): string {
  if (!checklist.some(({ step, done }) => step === "pull" && done))
    return "You can push when the first pull has ended, so that nothing is created twice.";
  return settings.automatic.push
    ? `New and changed records of ${productName} are pushed as your rules say${installation.state === "active" ? "" : ", once sync is active"}.`
    : `Automatic push is off: records of ${productName} are pushed only when someone asks for it.`;
}
