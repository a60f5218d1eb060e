import { describe, expect, test } from "vitest";
import { soon } from "./extension-on-a-page.tsx";
import { checklist, installation, page, settings } from "./sample-page.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";
import { pathOf } from "./settings-steps.ts";

describe("the set-up", () => {
  const settingUp = page({
    installation: installation({
      state: "setting-up",
      windowEndsAt: "2099-01-01T00:00:00.000Z",
    }),
    checklist: checklist("connect"),
  });

  test("AP-001 AC-007 the checklist has mapping before rules, links to both for each type, and pull before push", async () => {
    const open = await settingsShowing(settingUp);
    const words = open.part("checklist") ?? "";
    const places = [
      "Connect HubSpot",
      "Name your product",
      "Map fields and stages",
      "Contact mapping",
      "Company mapping",
      "Decide what syncs",
      "Contact rules",
      "Company rules",
      "Try one record",
      "Choose a contact",
      "Choose a company",
      "Pull from HubSpot",
      "Push ten records as a test",
      "Push to HubSpot",
      "Give developers the API key",
      "Add the card to record pages",
    ].map((text) => words.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    open.click("step-map-company");
    await open.says("Loading fields…");
    open.tab("connection");
    open.click("step-rules-contact");
    await open.says("New contacts from HubSpot");
  });

  test("BN-103 the first step that isn't done is marked, so that the set-up goes on there", async () => {
    const open = await settingsShowing({
      ...settingUp,
      checklist: checklist("connect", "map"),
    });
    expect(open.part("step-name")).toContain("Next");
    for (const { step } of settingUp.checklist)
      if (step !== "name")
        expect(open.part(`step-${step}`), step).not.toContain("Next");
  });

  test("AP-118 AP-119 AP-120 each step says what an admin should know before taking it", async () => {
    const open = await settingsShowing(settingUp);
    expect(open.part("step-rules")).toContain(
      "Pushing a contact can create its company in HubSpot.",
    );
    const test = open.part("step-test");
    for (const said of [
      "push ten records of a type, and look at them in HubSpot",
      "Automatic push is on",
      "HubSpot can also create companies by itself, from the email domains of contacts.",
      "merge duplicates first",
    ])
      expect(test).toContain(said);
    expect(open.part("step-push")).toContain(
      "You can push when the first pull has ended, so that nothing is created twice.",
    );
    expect(open.part("mark-name")).toBeNull();
  });

  test("AP-118 next to the switch for pushing, the rules say that a contact's push can create its company", async () => {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("New contacts from Acme");
    expect(open.props("companyWithContact")["description"]).toBe(
      "A contact that is pushed can create its company in HubSpot, whatever the company's own rules say.",
    );
  });

  test("AP-120 automatic push can be turned off for the test, and on again after it: in the draft, until it's saved", async () => {
    const open = await settingsShowing(settingUp);
    open.click("step-push-off");
    await open.says("1 change isn't saved");
    expect(open.props("automatic-push")["checked"]).toBe(false);
    expect(open.part("step-push-off")).toBeNull();
    const off = settings({ automatic: { pull: true, push: false } });
    const after = await settingsShowing(page({ settings: off }));
    expect(after.part("step-push")).toContain(
      "Automatic push is off: records of Acme are pushed only when someone asks for it.",
    );
    after.click("step-push-on");
    await after.says("1 change isn't saved");
    expect(after.props("automatic-push")["checked"]).toBe(true);
  });

  test("AP-122 each step links to its place in the guide", async () => {
    const entries = settingUp.checklist.map((entry) => ({
      ...entry,
      helpUrl: `https://docs.example.com/admin-guide#${entry.step}`,
    }));
    const open = await settingsShowing({ ...settingUp, checklist: entries });
    for (const { step, helpUrl } of entries)
      expect(open.props(`help-${step}`)["href"]).toEqual({
        url: helpUrl,
        external: true,
      });
  });

  test("BN-025 what the first pull will do is said in numbers before it starts, and without them if HubSpot can't be asked", async () => {
    const open = await settingsShowing(settingUp);
    expect(open.part("step-pull")).toContain(
      "The first pull reads HubSpot's records into Acme. It changes nothing in HubSpot.",
    );
    const asked = await open.forecastAsked();
    expect(asked.method).toBe("GET");
    asked.answer({
      sentence: "The first pull reads 2,500 contacts, in about 2 minutes.",
    });
    await open.partSays("step-pull", "reads 2,500 contacts");
    const unanswered = await settingsShowing(settingUp);
    (await unanswered.forecastAsked()).answerText("", 502);
    expect(unanswered.part("step-pull")).toContain("HubSpot's records");
  });

  test("BN-103 a step that only a person can call done is marked, and unmarked", async () => {
    const marked = (can: "mark" | "unmark") =>
      page({
        checklist: checklist("connect").map((entry) =>
          entry.step === "map"
            ? { ...entry, can, done: can === "unmark" }
            : entry,
        ),
      });
    const open = await settingsShowing(marked("mark"));
    open.click("mark-map");
    const asked = await open.asked();
    expect([asked.method, pathOf(asked), asked.body]).toEqual([
      "POST",
      "/ui/settings/steps",
      { step: "map", done: true },
    ]);
    asked.answer({});
    (await open.asked()).answer(marked("unmark"));
    await open.partSays("mark-map", "Mark as not done");
    open.click("mark-map");
    const back = await open.asked();
    expect(back.body).toEqual({ step: "map", done: false });
    back.answer({ title: "No", detail: "No.", code: "x" }, 403);
    await open.alerted("danger: No changes were made");
  });

  test("paused before the first pull, the list stays with Start now, and says that nothing starts by itself", async () => {
    const open = await settingsShowing(
      page({
        installation: installation({ state: "held" }),
        checklist: checklist("connect"),
      }),
    );
    expect(open.part("step-pull")).toContain(
      "Sync is paused: it doesn't start by itself.",
    );
    expect(open.part("start")).toBe("Start now");
    for (const button of ["pause", "resume", "banner-resume"])
      expect(open.part(button), button).toBeNull();
    expect(open.part("banner")).toContain(
      "The first pull doesn't start by itself. To start it, click Start now",
    );
  });

  test("once every step is done, the list is folded away at the end of the page", async () => {
    const all = settingUp.checklist.map(({ step }) => step);
    const open = await settingsShowing(page({ checklist: checklist(...all) }));
    const words = open.words();
    expect(words.indexOf("Set-up checklist")).toBeGreaterThan(
      words.indexOf("API key"),
    );
    expect(words).toContain("10 of 10 done");
  });

  test("AP-120 after the first pull, ten records of a type can be pushed as a test, and what came of it is said", async () => {
    const open = await settingsShowing(page());
    expect(open.part("test-push-contact")).toBe("Push 10 contacts");
    open.click("confirm-test-push-contact-confirm");
    const asked = await open.asked();
    expect([pathOf(asked), asked.body]).toEqual([
      "/ui/settings/test-push",
      { objectType: "contact" },
    ]);
    asked.answer({ runId: "run-1", count: 3 });
    await open.says("Pushing 3 contacts…");
    const run = {
      state: "done",
      counts: {
        created: 2,
        updated: 0,
        unchanged: 0,
        skipped: 1,
        held: 0,
        failed: 0,
      },
      reason: null,
    };
    (await open.asked()).answer({ ...run, state: "running" });
    (await open.asked()).answer(run);
    await open.says("2 created, 1 excluded.");
    open.click("confirm-test-push-company-confirm");
    // The page was read again when the run ended.
    (await open.asked()).answer(page());
    (await open.asked()).answer({ runId: null, count: 0 });
    await open.says("HubSpot has all companies of Acme.");
  });

  test("BN-001 the preset pull only is put into the draft, on top of which earlier changes stay, and is not saved before Save", async () => {
    const open = await settingsShowing(settingUp);
    open.trigger("product-name", "onInput", "Bigfoot");
    open.trigger("preset", "onChange", "pull-only");
    const asked = await open.asked();
    expect([asked.method, pathOf(asked)]).toEqual([
      "GET",
      "/ui/settings/presets/pull-only",
    ]);
    asked.answer({
      settings: settings({ automatic: { pull: true, push: false } }),
    });
    await open.says("2 changes aren't saved");
    await open.says(
      "After you save, no record is created or changed in HubSpot.",
    );
    expect(open.props("product-name")["value"]).toBe("Bigfoot");
    expect(open.props("automatic-push")["checked"]).toBe(false);
  });

  test("the clock says when sync starts by itself; Start now asks first, and names what isn't saved", async () => {
    const open = await settingsShowing(settingUp);
    expect(open.part("step-pull")).toMatch(/It starts by itself on .*2099/);
    open.trigger("automatic-push", "onChange", false);
    await open.partSays(
      "confirm-start",
      "1 change on this page isn't saved, and won't apply.",
    );
    open.click("confirm-start-confirm");
    const asked = await open.asked();
    expect(pathOf(asked)).toBe("/ui/installation/start");
    asked.answer(installation({ state: "first-pull" }));
    (await open.asked()).answer(
      page({
        installation: installation({ state: "first-pull" }),
        checklist: checklist("connect"),
        progress: { done: 1_300, total: 2_500 },
      }),
    );
    await open.says("In progress: 1,300 of 2,500 records.");
    // The draft is still there, and still not saved.
    await open.says("1 change isn't saved");
  });

  test("while the first pull runs, the page asks by itself; after a while without a click it stops, and Refresh goes on", async () => {
    const pulling = page({
      installation: installation({ state: "first-pull" }),
      progress: { done: 1, total: null },
    });
    const open = await settingsShowing(pulling, {
      active: 1,
      idle: 600_000,
      sleep: 30,
    });
    for (;;) {
      if (open.part("asleep") !== null) break;
      const next = open.questions.at(-1);
      next?.answer(pulling);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const before = open.questions.length;
    open.click("refresh");
    expect(open.questions.length).toBe(before + 1);
  });
});

describe("the connection", () => {
  test("a new key is shown once, and can be copied", async () => {
    const open = await settingsShowing(page());
    expect(open.part("api-key-section")).toContain("Acme's developers");
    open.click("confirm-key-confirm");
    const asked = await open.asked();
    expect(asked.body).toEqual({ keepOldForAnHour: true });
    expect(open.part("current-key")).toContain("ends with ppbU");
    asked.answer({ apiKey: "cpk_new", oldKeyEndsAt: null });
    await open.says("cpk_new");
    (await open.asked()).answer(
      page({ apiKey: { hint: "_new", madeAt: "2026-11-20T08:00:00.000Z" } }),
    );
    await open.says("ends with _new");
    open.click("copy-key");
    expect(open.page.mocks.actions.copyTextToClipboard.calls).toEqual([
      ["cpk_new"],
    ]);
    open.click("hide-key");
    await soon(() => expect(open.words()).not.toContain("cpk_new"));
  });

  test("Uninstall says what stays, and leaves the page that connects", async () => {
    const open = await settingsShowing(page());
    expect(open.words()).toContain("are kept for 90 days");
    expect(open.words()).toContain("in HubSpot and in Acme.");
    open.click("confirm-uninstall-confirm");
    const asked = await open.asked();
    expect([asked.method, pathOf(asked)]).toEqual([
      "DELETE",
      "/ui/installation",
    ]);
    asked.answerText("", 204);
    (await open.asked()).answer(
      { title: "Not found", detail: "", code: "not_installed" },
      404,
    );
    await open.says("Connect HubSpot first");
  });

  test("what the server refuses is said, and nothing seems done", async () => {
    const open = await settingsShowing(page());
    open.click("confirm-pause-confirm");
    (await open.asked()).answer(
      { title: "Not allowed", detail: "Only Ada may.", code: "may_not" },
      403,
    );
    await open.alerted("danger: No changes were made | Only Ada may.");
  });
});
