import { describe, expect, test } from "vitest";
import type {
  Found,
  Replay,
  Trial,
} from "../../hubspot-project/src/app/settings/page-answer.ts";
import { soon } from "./extension-on-a-page.tsx";
import { check, checklist, page } from "./sample-page.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";
import type { OpenPage } from "./settings-on-a-page.tsx";

const pathOf = ({ url }: { url: URL }) => url.pathname;

const replay = (some: Partial<Replay> = {}): Replay => ({
  sentences: ["Of 412 changes of the last day, 9 would have gone differently."],
  changes: { count: 412, differently: 9 },
  leftOut: { count: 0, differently: 0 },
  examples: [
    {
      journalId: "7",
      at: "2026-11-20T08:00:00.000Z",
      name: "Marta Quint",
      was: "Contact created in Acme.",
      wouldBe: "Excluded by stage. Stages that sync: customer.",
    },
  ],
  ...some,
});

const marta = {
  recordId: "r1",
  hubspotId: null,
  name: "Marta Quint",
  identity: "marta@example.com",
};
const found = (some: Partial<Found> = {}): Found => ({
  results: [
    marta,
    { recordId: null, hubspotId: "77", name: "Marta Two", identity: null },
  ],
  reason: null,
  ...some,
});

const outcome = (reason: string) => ({ outcome: "x", reason, fix: null });
const trial = (some: Partial<Trial> = {}): Trial => ({
  paused: null,
  automatic: {
    hubspot: outcome("Neither side has this contact."),
    workspace: outcome("Excluded by stage. Stages that sync: customer."),
  },
  checks: [
    {
      check: "criteria",
      label: "Meets the rules",
      passed: false,
      reason: "Excluded by stage. Stages that sync: customer.",
    },
    {
      check: "exists",
      label: "New to HubSpot",
      passed: true,
      reason: "HubSpot doesn't have it yet.",
    },
  ],
  sync: outcome("Excluded by stage."),
  pull: null,
  push: outcome("Contact created in HubSpot (manual override)."),
  fields: [
    {
      field: "phone",
      label: "Phone number",
      workspace: "+1 555 1",
      hubspot: null,
      state: "changed_in_workspace",
      note: null,
    },
  ],
  moreFields: 0,
  ...some,
});

describe("what the last day would have been", () => {
  async function asked(): Promise<OpenPage> {
    const open = await settingsShowing(page());
    open.trigger("automatic-push", "onChange", false);
    await open.says("1 change isn't saved");
    open.trigger("confirm-save", "onOpen");
    (await open.asked()).answer(check());
    await open.partSays("confirm-save", "The last day under these settings");
    return open;
  }

  test("X-15 Save's question offers the last day under the draft, computes it when it's asked for, and lists what would have gone differently", async () => {
    const open = await asked();
    expect(open.questions).toHaveLength(2);
    open.click("replay-start");
    const request = await open.asked();
    expect([request.method, pathOf(request)]).toEqual([
      "POST",
      "/ui/settings/replay",
    ]);
    expect(request.body).toMatchObject({
      settings: { automatic: { pull: true, push: false } },
    });
    await open.partSays("replay", "Deciding the last day again…");
    // The settings can be saved meanwhile.
    expect(open.props("confirm-save-confirm")["disabled"]).toBe(false);
    request.answer(replay());
    await open.partSays(
      "replay",
      "Of 412 changes of the last day, 9 would have gone differently.",
    );
    for (const said of [
      "Marta Quint",
      "Then: Contact created in Acme.",
      "Instead: Excluded by stage. Stages that sync: customer.",
      "and 8 more",
    ])
      expect(open.part("replay")).toContain(said);
  });

  test("X-15 what can't be decided again is said, without a list", async () => {
    const open = await asked();
    open.click("replay-start");
    (await open.asked()).answer(
      replay({
        sentences: [
          "Nothing of the last day can be decided again.",
          "3 other entries of the journal can't be decided again.",
        ],
        changes: { count: 0, differently: 0 },
        examples: [],
      }),
    );
    await open.partSays("replay", "3 other entries of the journal");
    expect(open.part("replay")).not.toContain("more");
  });

  test("X-15 if it fails, it says so, can be tried again, and Save stays possible", async () => {
    const open = await asked();
    open.click("replay-start");
    (await open.asked()).answer(
      {
        title: "Too many requests",
        detail: "This HubSpot account has too many requests in progress.",
        code: "too_many_in_progress",
      },
      429,
    );
    await open.partSays("replay", "too many requests in progress.");
    await open.partSays("replay", "You can save all the same.");
    expect(open.props("confirm-save-confirm")["disabled"]).toBe(false);
    open.click("replay-again");
    (await open.asked()).answer(replay());
    await open.partSays("replay", "9 would have gone differently.");
  });

  test("X-15 a document that can't be saved isn't replayed", async () => {
    const open = await settingsShowing(page());
    open.trigger("automatic-push", "onChange", false);
    await open.says("1 change isn't saved");
    open.trigger("confirm-save", "onOpen");
    (await open.asked()).answer(
      check({ errors: [{ path: "settings.x", message: "is wrong" }] }),
    );
    await open.partSays("confirm-save", "These settings can't be saved");
    expect(open.part("replay")).toBeNull();
  });
});

describe("how many records rules apply to", () => {
  async function rules(): Promise<OpenPage> {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("New contacts from Acme");
    return open;
  }

  test("AP-014 X-15 a changed rule for pushing is counted once it has stopped changing, and the newest rules are shown", async () => {
    const open = await rules();
    expect(open.part("push-count")).toContain("Count contacts");
    open.trigger("push-which", "onChange", "some");
    open.trigger("push-stages", "onChange", ["customer"]);
    open.trigger("push-stages", "onChange", ["customer", "lead"]);
    // The options of the stages.
    expect(pathOf(await open.asked())).toBe("/ui/settings/options");
    expect(open.questions).toHaveLength(2);
    const request = await open.asked();
    expect(pathOf(request)).toBe("/ui/settings/count");
    expect(request.body).toMatchObject({
      objectType: "contact",
      flow: "push",
      settings: {
        contact: { push: { conditions: { stages: ["customer", "lead"] } } },
      },
    });
    await open.partSays("push-count", "Counting contacts…");
    // It changes while it's counted: what comes is old by then, and the newest is counted next.
    open.trigger("push-stages", "onChange", ["customer"]);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(open.questions).toHaveLength(3);
    request.answer({ sentences: ["Applies to 1 contact."] });
    const next = await open.asked();
    expect(next.body).toMatchObject({
      settings: { contact: { push: { conditions: { stages: ["customer"] } } } },
    });
    next.answer({
      sentences: [
        "Applies to 213 contacts that were never synced; 40 of them meet these rules.",
      ],
    });
    await open.partSays("push-count", "40 of them meet these rules.");
    open.trigger("push-which", "onChange", "all");
    await soon(() =>
      expect(open.part("push-count")).not.toContain("40 of them"),
    );
  });

  test("AP-014 HubSpot's are counted only by a click, because its search is limited; a failure is said and can be tried again", async () => {
    const open = await rules();
    open.trigger("pull-which", "onChange", "some");
    open.trigger("pull-stages", "onChange", ["customer"]);
    await open.asked();
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(open.questions).toHaveLength(2);
    open.click("pull-count-start");
    const request = await open.asked();
    expect(request.body).toMatchObject({ flow: "pull" });
    await open.partSays("pull-count", "Counting in HubSpot…");
    request.answer(
      { title: "Conflict", detail: "HubSpot isn't responding.", code: "x" },
      409,
    );
    await open.partSays("pull-count", "HubSpot isn't responding.");
    open.click("pull-count-start");
    (await open.asked()).answer({
      sentences: ["HubSpot has about 12 contacts that aren't synced."],
    });
    await open.partSays("pull-count", "about 12 contacts");
  });

  test("who may not change settings counts and tries nothing", async () => {
    const open = await settingsShowing(
      page({ canChange: false, whyNot: "No." }),
    );
    open.tab("contact");
    await open.says("New contacts from Acme");
    expect(open.part("push-count")).toBeNull();
    expect(open.part("try-contact")).toBeNull();
  });
});

describe("a record under settings that aren't saved", () => {
  async function searched(): Promise<OpenPage> {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("Try these settings on one contact");
    expect(open.props("try-contact-search")["disabled"]).toBe(true);
    open.trigger("try-contact-words", "onInput", "marta ");
    open.click("try-contact-search");
    const request = await open.asked();
    expect(pathOf(request)).toBe("/ui/settings/find");
    expect(request.url.searchParams.get("q")).toBe("marta");
    request.answer(found());
    await open.partSays("try-contact", "Marta Two");
    return open;
  }

  test("X-15 X-03 it's found, and shown with what would happen to it, why, check by check, and field by field", async () => {
    const open = await searched();
    expect(open.part("found-r1")).toContain("Only in Acme");
    expect(open.part("found-h77")).toContain("Only in HubSpot");
    open.trigger("deletion", "onChange", "delete");
    await open.says("1 change isn't saved");
    open.click("try-r1");
    const request = await open.asked();
    expect(pathOf(request)).toBe("/ui/settings/try");
    expect(request.body).toMatchObject({
      objectType: "contact",
      recordId: "r1",
      settings: { contact: { deletionSync: true } },
    });
    await open.partSays("try-contact", "Trying…");
    request.answer(trial());
    await open.partSays("trial", "When Acme changes it");
    const said = open.part("trial") ?? "";
    for (const words of [
      "Excluded by stage. Stages that sync: customer.",
      "Contact created in HubSpot (manual override).",
      "Meets the rules",
      "New to HubSpot",
      "+1 555 1",
    ])
      expect(said).toContain(words);
    // Only one side has it.
    expect(said).not.toContain("empty");
    expect(said).not.toContain("When HubSpot changes it");
    expect(said).not.toContain("Pull |");
  });

  test("X-15 a record on both sides is shown with both sides' values, and what differs", async () => {
    const open = await searched();
    open.click("try-r1");
    (await open.asked()).answer(
      trial({
        automatic: {
          hubspot: outcome("In sync."),
          workspace: outcome("In sync."),
        },
        pull: outcome("Nothing to pull."),
      }),
    );
    await open.partSays("trial", "By itself");
    const said = open.part("trial") ?? "";
    for (const words of ["Nothing to pull.", "empty", "Changed in Acme"])
      expect(said).toContain(words);
    expect(said).not.toContain("When Acme changes it");
  });

  test("X-15 what was tried is out of date once the draft changes, and can be tried again; an object goes by its id in HubSpot", async () => {
    const open = await searched();
    open.click("try-h77");
    const request = await open.asked();
    expect(request.body).toMatchObject({ objectId: "77" });
    request.answer(trial({ paused: { reason: "Sync hasn't started." } }));
    await open.partSays("trial-paused", "Sync hasn't started.");
    expect(open.part("try-contact-stale")).toBeNull();
    open.trigger("deletion", "onChange", "delete");
    await open.partSays(
      "try-contact-stale",
      "You changed settings after this try",
    );
    open.click("try-contact-again");
    (await open.asked()).answer(trial());
    await soon(() => expect(open.part("try-contact-stale")).toBeNull());
  });

  test("X-15 nothing found, HubSpot that wasn't searched, and a failure are said", async () => {
    const open = await searched();
    open.click("try-contact-search");
    (await open.asked()).answer(
      found({ results: [], reason: "HubSpot isn't responding." }),
    );
    await open.partSays("try-contact", "No contacts match.");
    expect(open.part("find-unread")).toBe(
      "HubSpot isn't responding. Only Acme was searched.",
    );
    open.click("try-contact-search");
    (await open.asked()).fail();
    await open.partSays("try-contact-failed", "Counterpart didn't respond");
  });

  test("X-15 AC-007 the set-up has a step for it, done once a record was tried", async () => {
    const open = await settingsShowing(
      page({ checklist: checklist("connect") }),
    );
    expect(open.part("step-try")).toContain("Try one record");
    open.click("step-try-contact");
    await open.says("Find a contact");
    expect(open.props("try-contact-words")["description"]).toBe(
      "By name or email",
    );
    open.trigger("try-contact-words", "onInput", "marta");
    open.click("try-contact-search");
    (await open.asked()).answer(found());
    await open.partSays("try-contact", "Marta Two");
    open.click("try-r1");
    (await open.asked()).answer(trial());
    const request = await open.asked();
    expect(pathOf(request)).toBe("/ui/settings/page");
    request.answer(page({ checklist: checklist("connect", "try") }));
    await open.says("2 of 10 done");
    // What was tried stays.
    expect(open.part("trial")).toContain("Meets the rules");
    expect(open.part("try-contact-stale")).toBeNull();
  });
});

describe("what a rule means", () => {
  test("AP-022 a section says what to do about duplicates that were synced already: the two settings, and from when on they apply", async () => {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("Duplicates already synced?");
    const said = open.part("contact-duplicates") ?? "";
    for (const words of [
      "Merge in Acme too",
      "Delete on the other side too",
      "Both apply from the time that you save.",
    ])
      expect(said).toContain(words);
  });

  test("AP-118 beside the rules for pushing, it says that a push can create companies, unless that is off", async () => {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.partSays(
      "brought-along",
      "Pushing a contact also creates its company in HubSpot if HubSpot doesn't have it.",
    );
    open.trigger("companyWithContact", "onChange", "never");
    await soon(() => expect(open.part("brought-along")).toBeNull());
    open.tab("company");
    await open.says("New companies from Acme");
    expect(open.part("brought-along")).toBeNull();
  });

  test("AP-119 it says that HubSpot may create companies by itself, and where that is set", async () => {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("New contacts from Acme");
    const said = open.part("companyWithContact-by-hubspot") ?? "";
    expect(said).toContain(
      "HubSpot can also create companies by itself, from the email domains of new contacts.",
    );
    expect(said).toContain(
      "Settings > Objects > Companies, “Create and associate companies with contacts”",
    );
  });
});
