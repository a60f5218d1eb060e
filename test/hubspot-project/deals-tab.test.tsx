import { describe, expect, test } from "vitest";
import type { SettingsDocument } from "../../hubspot-project/src/app/settings/document.ts";
import { soon } from "./extension-on-a-page.tsx";
import { check, deals, page, pipelines, settings } from "./sample-page.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";
import type { OpenPage } from "./settings-on-a-page.tsx";

const pathOf = ({ url }: { url: URL }) => url.pathname;

/** The document with these choices for deals. */
const withDeals = (some: Record<string, unknown>): SettingsDocument => {
  const document = settings();
  return { ...document, deal: { ...(document["deal"] as object), ...some } };
};

const on = { enabled: true };

/** A page with deals, as they are and as they were chosen. */
const showing = (
  type: Parameters<typeof deals>[0] = {},
  chosen: Record<string, unknown> = on,
  some: Parameters<typeof page>[0] = {},
) =>
  settingsShowing(
    page({
      types: [...page().types, deals(type)],
      settings: withDeals(chosen),
      ...some,
    }),
  );

/** The tab of pipelines, whose list the test answers. */
async function pipelinesTab(open: OpenPage) {
  open.tab("deal", "pipelines");
  const asked = await open.asked();
  expect([asked.method, pathOf(asked)]).toEqual(["GET", "/ui/pipelines/deals"]);
  return asked;
}

describe("the switch of deals", () => {
  test("AP-036 turned on, it says before Save what that does, in the server's numbers", async () => {
    const open = await showing({ synced: false }, { enabled: false });
    open.tab("deal", "sync");
    open.trigger("enabled", "onChange", true);
    const asked = await open.asked();
    expect(pathOf(asked)).toBe("/ui/installation/first-pull/deals");
    await open.partSays("turning-on", "Counting deals in HubSpot…");
    asked.answer({ sentence: "HubSpot has 35 deals in 2 pipelines." });
    await open.partSays("turning-on", "HubSpot has 35 deals in 2 pipelines.");
    open.trigger("enabled", "onChange", false);
    await soon(() => expect(open.part("turning-on")).toBeNull());
  });

  test("AP-036 when the server can't say, it can be asked again", async () => {
    const open = await showing({ synced: false }, { enabled: false });
    open.tab("deal", "sync");
    open.trigger("enabled", "onChange", true);
    (await open.asked()).answerText("<html>", 502);
    await open.partSays("turning-on", "Check your connection");
    open.click("count-again");
    (await open.asked()).answer({ sentence: "HubSpot has 1 deal." });
    await open.partSays("turning-on", "HubSpot has 1 deal.");
  });

  test("BN-108 without its permissions, an admin connects again, and the page says what for", async () => {
    const missing = ["Read deals (crm.objects.deals.read)"];
    const open = await showing({ synced: false, missing }, { enabled: false });
    open.tab("deal", "sync");
    expect(open.part("not-granted")).toContain("To turn on deals, an admin");
    expect(open.part("not-granted")).toContain("grants this permission:");
    expect(open.part("not-granted")).toContain("Read deals");
    expect(open.props("grant")["href"]).toEqual({
      url: page().connectUrl,
      external: true,
    });
    expect(open.props("enabled")["readOnly"]).toBe(true);
  });

  test("deals that lost their permissions can still be turned off", async () => {
    const open = await showing({
      synced: false,
      missing: ["Read deals", "Change deals"],
    });
    open.tab("deal", "sync");
    expect(open.part("not-granted")).toContain("Deals don't sync until");
    expect(open.part("not-granted")).toContain("grants these permissions:");
    expect(open.props("enabled")["readOnly"]).toBe(false);
    open.trigger("enabled", "onChange", false);
    await open.partSays("turning-off", "changes stay on their side");
  });

  test("BN-108 the permissions on the Connection tab aren't complete while deals are on without theirs", async () => {
    const missing = ["Read deals (crm.objects.deals.read)"];
    const open = await showing({ missing });
    await open.partSays(
      "permissions",
      "granted. Deals don't sync without 1 more: see the tab Deals.",
    );
    const off = await showing({ synced: false, missing }, { enabled: false });
    await off.partSays("permissions", "granted, none missing");
  });

  test("a push of a deal creates its contact and its company, if HubSpot doesn't have them", async () => {
    const parent = (singular: string, plural: string, bring: string) => ({
      singular,
      plural,
      bring,
      require: `${bring}Required`,
      createdByHubSpot: null,
    });
    const open = await showing({
      parents: [
        parent("contact", "contacts", "contactWithDeal"),
        parent("company", "companies", "companyWithDeal"),
      ],
    });
    open.tab("deal", "sync");
    await open.partSays(
      "brought-along",
      "Pushing a deal also creates its contact and its company in HubSpot if HubSpot doesn't have them.",
    );
  });

  test("the checklist counts the mapped fields of three types", async () => {
    const open = await showing();
    expect(open.words().replaceAll(/\d+ fields?/g, "n fields")).toContain(
      "n fields of contacts, n fields of companies, and n fields of deals are mapped.",
    );
  });

  test("a test push is offered only for types that sync", async () => {
    const open = await showing({ synced: false }, { enabled: false });
    expect(open.words()).toContain("Push 10 contacts");
    expect(open.words()).not.toContain("Push 10 deals");
  });

  test("AP-036 AP-038 how far the pull is, and what turning off does", async () => {
    const open = await showing({ pulling: { done: 1_300, total: 2_345 } });
    open.tab("deal", "sync");
    expect(open.props("pulling")).toBeDefined();
    expect(open.words()).toContain("You can leave this page.");
    open.trigger("enabled", "onChange", false);
    await open.partSays("turning-off", "deals stay in Acme and in HubSpot");
  });

  test("BN-111 AP-045 only won deals, only those of some owners, and hidden ones are parts of the document", async () => {
    const open = await showing();
    open.tab("deal", "sync");
    open.trigger("pull-which", "onChange", "some");
    open.trigger("pull-won-only", "onChange", true);
    open.trigger("pull-owners", "onInput", "ada@example.com, ben@example.com");
    open.trigger("hidden", "onChange", true);
    await open.says("3 changes aren't saved");
    open.trigger("confirm-save", "onOpen");
    const checks = await soon(() => {
      const found = open.questions.find(
        ({ url }) => url.pathname === "/ui/settings/check",
      );
      if (found === undefined) throw new Error("nothing is checked");
      return found;
    });
    expect(checks.body?.["settings"]).toMatchObject({
      deal: {
        pull: {
          visible: false,
          conditions: {
            wonOnly: true,
            owners: ["ada@example.com", "ben@example.com"],
          },
        },
      },
    });
    // All again, and no condition is left.
    open.trigger("pull-which", "onChange", "all");
    await open.says("1 change isn't saved");
  });
});

describe("the pipelines of deals", () => {
  test("AP-040 each has its number of deals and its state; HubSpot's later ones sync too", async () => {
    const open = await showing();
    const asked = await pipelinesTab(open);
    expect(open.words()).toContain("Loading pipelines…");
    asked.answer(
      pipelines(
        {},
        { id: "r", label: "Renewals", dealCount: null, state: "off" },
        { id: "g", label: "g", gone: true, dealCount: null, state: "off" },
      ),
    );
    await open.partSays("pipeline-default", "1,204");
    expect(open.part("pipeline-default")).toContain("2 stages");
    expect(open.part("pipeline-default")).toContain("Syncs");
    expect(open.part("pipeline-r")).toContain("Not counted yet");
    expect(open.part("pipeline-g")).toContain("Gone from HubSpot");
    expect(open.words()).toContain("All pipelines sync");
  });

  test("AP-041 unchecking says first how many deals go and which changes aren't pushed, and is saved as a list of ids; checked again, all are selected", async () => {
    const open = await showing();
    (await pipelinesTab(open)).answer(
      pipelines({}, { id: "r", label: "Renewals" }),
    );
    await open.says("Renewals");
    open.trigger("select-r", "onChange", false);
    await open.partSays("pipeline-r", "Not saved yet");
    const asked = await open.asked();
    expect([asked.method, pathOf(asked), asked.body]).toEqual([
      "POST",
      "/ui/pipelines/deals/r/check",
      { selected: false },
    ]);
    asked.answer({
      effects: [
        { code: "pipeline_removed", sentence: "38 deals will be removed." },
        { code: "pipeline_unpushed", sentence: "2 deals have changes." },
      ],
    });
    await open.partSays(
      "effects-r",
      "38 deals will be removed. 2 deals have changes.",
    );
    open.trigger("confirm-save", "onOpen");
    const checked = await open.asked();
    expect(checked.body?.["settings"]).toMatchObject({
      deal: { pipelines: ["default"] },
    });
    checked.answer(
      check({
        effects: [
          {
            code: "pipeline_removed",
            sentence: "38 deals will be removed.",
            count: 38,
          },
        ],
      }),
    );
    // As a deletion: something is no longer where it was.
    await soon(() =>
      expect(open.props("confirm-save")["variant"]).toBe("danger"),
    );
    open.trigger("select-r", "onChange", true);
    await soon(() => expect(open.words()).not.toContain("Not saved yet"));
    expect(open.words()).not.toContain("isn't saved");
  });

  test("AP-041 a pipeline without deals says so, and one that couldn't be counted can be asked again", async () => {
    const open = await showing();
    (await pipelinesTab(open)).answer(pipelines({}));
    await open.says("Sales Pipeline");
    open.trigger("select-default", "onChange", false);
    (await open.asked()).answerText("<html>", 502);
    await open.partSays("effects-default", "Check your connection");
    open.click("effects-default-again");
    (await open.asked()).answer({ effects: [] });
    await open.partSays("effects-default", "No deals of it are in Acme.");
  });

  test("AP-042 what a pipeline brings that is checked again is a choice", async () => {
    const open = await showing();
    (await pipelinesTab(open)).answer(pipelines({}));
    await open.says("When a pipeline is checked again");
    expect(open.props("on-reselect")["value"]).toBe("new");
    open.trigger("on-reselect", "onChange", "restore");
    await open.says("1 change isn't saved");
  });

  test("AP-043 a removal shows how far it is, can be stopped, and is asked about again until it has ended", async () => {
    const open = await showing({}, { ...on, pipelines: ["default"] });
    const leaving = {
      id: "r",
      label: "Renewals",
      selected: false,
      state: "removing" as const,
      progress: { done: 120, total: 400 },
    };
    (await pipelinesTab(open)).answer(pipelines({}, leaving));
    await open.partSays("pipeline-r", "Removing 120 of 400");
    expect(open.part("stop-r")).toContain("come back as new ones");
    open.click("stop-r-confirm");
    const asked = await open.asked();
    expect([asked.method, pathOf(asked), asked.body]).toEqual([
      "PATCH",
      "/ui/pipelines/deals/r",
      { selected: true, version: 3 },
    ]);
    asked.answer({});
    await open.alerted("success: Removal stopped");
  });

  test("AP-043 a removal can't be stopped over a draft that isn't saved", async () => {
    const open = await showing({}, { ...on, pipelines: ["default"] });
    (await pipelinesTab(open)).answer(
      pipelines({}, { id: "r", state: "removing", progress: null }),
    );
    await open.partSays("pipeline-r", "Removing soon…");
    open.trigger("on-reselect", "onChange", "restore");
    await open.partSays("pipeline-r", "Save or discard your changes first.");
    expect(open.props("stop-r-open")["disabled"]).toBe(true);
  });

  test("AP-043 while deals come, the list is asked for again by itself", async () => {
    const open = await showing();
    (await pipelinesTab(open)).answer(
      pipelines({ state: "adding", progress: { done: 5, total: 9 } }),
    );
    await open.partSays("pipeline-default", "Adding 5 of 9");
    (await open.asked()).answer(pipelines({}));
    await open.partSays("pipeline-default", "Syncs");
  }, 20_000);

  test("an error can be tried again; without pipelines, it says why there are none", async () => {
    const open = await showing({ synced: false }, { enabled: false });
    (await pipelinesTab(open)).answerText("<html>", 502);
    await open.says("Counterpart didn't respond");
    expect(open.part("type-off")).toContain("turn on deals on the Sync tab");
    open.click("try-again");
    (await open.asked()).answer(pipelines());
    await open.partSays("no-pipelines", "once deals sync");
  });

  test("who may only look changes nothing", async () => {
    const open = await showing({}, on, { canChange: false, whyNot: "Ask." });
    (await pipelinesTab(open)).answer(
      pipelines({}, { id: "r", state: "removing", progress: null }),
    );
    await open.says("Sales Pipeline");
    expect(open.props("select-default")["readOnly"]).toBe(true);
    expect(open.props("stop-r-open")["disabled"]).toBe(true);
  });

  test("a thousand pipelines are shown in pages", async () => {
    const open = await showing();
    (await pipelinesTab(open)).answer(
      pipelines(
        ...Array.from({ length: 1_000 }, (_, n) => ({
          id: `p${n}`,
          label: `Pipeline ${n}`,
        })),
      ),
    );
    await open.says("Pipeline 24");
    expect(open.words()).not.toContain("Pipeline 25");
  });
});
