import { describe, expect, test } from "vitest";
import { soon } from "./extension-on-a-page.tsx";
import {
  check,
  checklist,
  installation,
  page,
  properties,
  settings,
} from "./sample-page.ts";
import { openSettingsPage, settingsShowing } from "./settings-on-a-page.tsx";
import type { OpenPage } from "./settings-on-a-page.tsx";

const pathOf = ({ url }: { url: URL }) => url.pathname;

/** Turns a switch off and opens the question that Save asks first. */
async function pushOff(open: OpenPage): Promise<void> {
  open.trigger("automatic-push", "onChange", false);
  await open.says("1 change isn't saved");
  open.trigger("confirm-save", "onOpen");
}

describe("before there is anything to show", () => {
  test("it says what it loads", () => {
    expect(openSettingsPage().words()).toContain("Loading settings…");
  });

  test("a server that doesn't respond is named, and can be asked again", async () => {
    const open = openSettingsPage();
    (await open.asked()).answerText("<html>", 502);
    await open.says("Counterpart didn't respond");
    open.click("try-again");
    (await open.asked()).answer(page());
    await open.says("Connection");
  });

  test("AP-078 where the app isn't installed, it says to connect HubSpot first, and links to it", async () => {
    const open = openSettingsPage();
    (await open.asked()).answer(
      { title: "Not found", detail: "Not installed.", code: "not_installed" },
      404,
    );
    await open.says("Connect HubSpot first");
    expect(open.props("connect")["href"]).toEqual({
      url: "https://counterpart.example.com/oauth/install",
      external: true,
    });
  });

  test("without a server's address, it says who can help", async () => {
    const open = openSettingsPage();
    open.page.mocks.context.variables = {};
    open.redraw();
    await open.says("This page has no server address");
  });
});

describe("what stands above everything", () => {
  test("AP-078 disconnected: connect first; settings can still be changed, and nothing can be resumed", async () => {
    const open = await settingsShowing(
      page({
        connected: false,
        installation: installation({ state: "disconnected" }),
        checklist: checklist("name"),
      }),
    );
    expect(open.part("banner")).toContain("Counterpart is disconnected");
    expect(open.part("banner")).toContain("Connect HubSpot first.");
    expect(open.props("resume")["disabled"]).toBe(true);
    expect(open.props("product-name")["readOnly"]).toBe(false);
    expect(open.part("step-pull")).toContain("Connect HubSpot first.");
  });

  test("paused: by whom, since when, and Resume", async () => {
    const open = await settingsShowing(
      page({
        installation: installation({
          state: "held",
          reason: "paused by ben@example.com",
        }),
      }),
    );
    expect(open.part("banner")).toContain("Sync is paused");
    expect(open.part("banner")).toContain("paused by ben@example.com");
    open.click("banner-resume");
    const asked = await open.asked();
    expect([asked.method, pathOf(asked)]).toEqual([
      "POST",
      "/ui/installation/start",
    ]);
    expect(open.part("banner")).toContain("Resuming…");
    asked.answer(installation());
    await open.alerted("success: Sync started");
    (await open.asked()).answer(page());
    await soon(() => expect(open.part("banner")).toBeNull());
  });

  test("a missing permission: what it stops, and the two ways on", async () => {
    const open = await settingsShowing(
      page({
        installation: installation({
          warnings: [
            {
              code: "missing_capability",
              message: "Counterpart doesn't have permission to write contacts.",
              remedy: "An admin can reconnect HubSpot and grant it.",
              since: null,
            },
          ],
        }),
      }),
    );
    expect(open.part("banner")).toContain("permission to write contacts");
    expect(open.part("banner-connect")).toBe("Connect again");
    expect(open.part("permissions")).toContain("permission to write contacts");
    open.click("check-permissions");
    expect(pathOf(await open.asked())).toBe(
      "/ui/installation/check-permissions",
    );
  });

  test("no permission: everything can be read, nothing changed, and it says who can", async () => {
    const open = await settingsShowing(
      page({
        canChange: false,
        whyNot: "Only ada@example.com can change settings.",
        user: "ben@example.com",
        installation: installation({
          state: "setting-up",
          windowEndsAt: "2099-01-01T00:00:00.000Z",
        }),
        checklist: checklist("connect"),
      }),
    );
    expect(open.part("no-permission")).toContain(
      "Only ada@example.com can change settings.",
    );
    expect(open.props("product-name")["readOnly"]).toBe(true);
    for (const button of ["start", "pause", "new-key", "uninstall"])
      expect(open.props(button)["disabled"], button).toBe(true);
    open.tab("contact");
    await open.says("New contacts from HubSpot");
    expect(
      (open.props("policy")["options"] as { readOnly: boolean }[]).every(
        ({ readOnly }) => readOnly,
      ),
    ).toBe(true);
    expect(open.part("save-bar")).toBeNull();
  });
});

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
      "Pull from HubSpot",
      "Push to HubSpot",
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
    for (const step of ["connect", "map", "rules", "pull", "push"])
      expect(open.part(`step-${step}`), step).not.toContain("Next");
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
    await open.says("In progress: 1,300 of 2,500.");
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

describe("a draft", () => {
  test("AP-007 nothing applies before Save, which shows what will change, and then says that it's saved", async () => {
    const open = await settingsShowing(page());
    await pushOff(open);
    await open.partSays("confirm-save", "Checking what will change…");
    const asked = await open.asked();
    expect(pathOf(asked)).toBe("/ui/settings/check");
    expect(asked.body).toMatchObject({
      settings: { automatic: { pull: true, push: false } },
    });
    expect(open.props("confirm-save-confirm")["disabled"]).toBe(true);
    asked.answer(
      check({
        effects: [
          {
            code: "newly_excluded",
            sentence: "40 contacts that aren't in HubSpot will be excluded.",
            count: 40,
          },
        ],
        warnings: [{ path: "x", message: "HubSpot has no property fax." }],
      }),
    );
    await open.partSays("confirm-save", "Automatic push is off.");
    await open.partSays(
      "confirm-save",
      "40 contacts that aren't in HubSpot will be excluded.",
    );
    await open.partSays("confirm-save", "HubSpot has no property fax.");
    open.click("confirm-save-confirm");
    const saved = await open.asked();
    expect([saved.method, pathOf(saved)]).toEqual(["PUT", "/ui/settings"]);
    expect(saved.body).toMatchObject({
      version: 3,
      settings: { automatic: { push: false } },
    });
    saved.answer({ version: 4 });
    await open.alerted("success: Settings saved");
    await soon(() => expect(open.part("unsaved")).toBeNull());
    // What was saved is shown at once, and not what was there before.
    expect(open.props("automatic-push")["checked"]).toBe(false);
    (await open.asked()).answer(
      page({
        version: 4,
        settings: settings({ automatic: { pull: true, push: false } }),
      }),
    );
    await soon(() =>
      expect(open.props("automatic-push")["checked"]).toBe(false),
    );
  });

  test("a save that deletes records is confirmed as one that loses something", async () => {
    const open = await settingsShowing(page());
    await pushOff(open);
    (await open.asked()).answer(check());
    await open.partSays("confirm-save", "Automatic push is off.");
    expect(open.props("confirm-save")["variant"]).toBe("default");
    expect(open.props("confirm-save-confirm")["variant"]).toBe("primary");
    open.trigger("confirm-save", "onOpen");
    (await open.asked()).answer(
      check({
        effects: [
          {
            code: "deletions_followed",
            sentence: "12 contacts will be deleted in HubSpot.",
            count: 12,
          },
        ],
      }),
    );
    await open.partSays("confirm-save", "12 contacts will be deleted");
    expect(open.props("confirm-save")["variant"]).toBe("danger");
    expect(open.props("confirm-save-confirm")["variant"]).toBe("destructive");
  });

  test("Discard, or the old value again, leaves nothing to save", async () => {
    const open = await settingsShowing(page());
    open.trigger("automatic-push", "onChange", false);
    await open.says("1 change isn't saved");
    open.trigger("product-name", "onInput", "Bigfoot");
    await open.says("2 changes aren't saved");
    open.trigger("automatic-push", "onChange", true);
    await open.says("1 change isn't saved");
    open.click("discard");
    await soon(() => expect(open.part("unsaved")).toBeNull());
    expect(open.props("product-name")["value"]).toBe("Acme");
    expect(open.questions).toHaveLength(1);
  });

  test("a draft of one tab is kept on another, and by Refresh", async () => {
    const open = await settingsShowing(page());
    open.trigger("product-name", "onInput", "Bigfoot");
    open.tab("contact");
    await open.says("1 change isn't saved");
    open.tab("connection");
    await open.says("Your product");
    open.click("refresh-page");
    (await open.asked()).answer(page());
    await open.says("1 change isn't saved");
    expect(open.props("product-name")["value"]).toBe("Bigfoot");
  });

  test("what can't be saved is said in the question and at its field, and nothing is saved", async () => {
    const open = await settingsShowing(page());
    open.trigger("product-name", "onInput", "");
    await open.says("1 change isn't saved");
    open.trigger("confirm-save", "onOpen");
    (await open.asked()).answer(
      check({
        changes: [],
        errors: [{ path: "settings.productName", message: "is too short" }],
      }),
    );
    await open.partSays("confirm-save", "These settings can't be saved");
    expect(open.part("errors")).toContain("productName: is too short.");
    expect(open.props("confirm-save-confirm")["disabled"]).toBe(true);
    expect(open.props("product-name")).toMatchObject({
      error: true,
      validationMessage: "is too short",
    });
    open.trigger("product-name", "onInput", "A");
    await soon(() =>
      expect(open.props("product-name")["error"]).toBeUndefined(),
    );
  });

  test("a check that fails saves nothing, and can be repeated", async () => {
    const open = await settingsShowing(page());
    await pushOff(open);
    (await open.asked()).fail();
    await open.partSays("confirm-save", "Nothing was saved.");
    expect(open.props("confirm-save-confirm")["disabled"]).toBe(true);
    open.click("check-again");
    (await open.asked()).answer(check());
    await open.partSays("confirm-save", "Automatic push is off.");
  });

  test("a save without a response may have been done, and the page says so", async () => {
    const open = await settingsShowing(page());
    await pushOff(open);
    (await open.asked()).answer(check());
    await open.partSays("confirm-save", "Automatic push is off.");
    open.click("confirm-save-confirm");
    (await open.asked()).answerText("", 502);
    await open.alerted("Your request may have gone through.");
  });
});

describe("two admins", () => {
  const stale = {
    title: "Conflict",
    detail: "The settings changed after you read them.",
    code: "stale_version",
    version: 4,
    savedBy: "ben@example.com",
    savedAt: "2026-11-20T08:02:00.000Z",
    theirs: [{ path: "automatic.pull", sentence: "Automatic pull is off." }],
    yours: [{ path: "automatic.push", sentence: "Automatic push is off." }],
  };
  const bens = page({
    version: 4,
    savedBy: "ben@example.com",
    settings: settings({ automatic: { pull: false, push: true } }),
  });

  /** A save of mine that came after Ben's. */
  async function tooLate(): Promise<OpenPage> {
    const open = await settingsShowing(page());
    await pushOff(open);
    (await open.asked()).answer(check());
    await open.partSays("confirm-save", "Automatic push is off.");
    open.click("confirm-save-confirm");
    (await open.asked()).answer(stale, 409);
    (await open.asked()).answer(bens);
    await open.says("ben@example.com changed these settings");
    return open;
  }

  test("a save that comes too late overwrites nothing: it shows what both changed, and waits for a choice", async () => {
    const open = await tooLate();
    expect(open.part("theirs")).toContain("Automatic pull is off.");
    expect(open.part("yours")).toContain("Automatic push is off.");
    expect(open.props("save")["disabled"]).toBe(true);
    expect(open.alerts()).toEqual([]);
  });

  test("Load them, keep mine: both changes, under the new version", async () => {
    const open = await tooLate();
    open.click("keep-mine");
    (await open.asked()).answer(bens);
    await soon(() => expect(open.part("conflict")).toBeNull());
    await open.says("1 change isn't saved");
    open.trigger("confirm-save", "onOpen");
    expect((await open.asked()).body).toMatchObject({
      settings: { automatic: { pull: false, push: false } },
    });
    open.click("confirm-save-confirm");
  });

  test("Discard mine: theirs", async () => {
    const open = await tooLate();
    open.click("discard-mine");
    (await open.asked()).answer(bens);
    await soon(() => expect(open.part("conflict")).toBeNull());
    await soon(() =>
      expect(open.props("automatic-pull")["checked"]).toBe(false),
    );
    expect(open.props("automatic-push")["checked"]).toBe(true);
    expect(open.part("unsaved")).toBeNull();
  });

  test("a save of somebody else is seen when the page asks by itself, before mine is sent", async () => {
    const open = await settingsShowing(page());
    open.trigger("automatic-push", "onChange", false);
    open.click("refresh-page");
    (await open.asked()).answer(bens);
    await open.says("ben@example.com changed these settings");
    expect(open.props("automatic-push")["checked"]).toBe(false);
    expect(open.props("save")["disabled"]).toBe(true);
    // Mine is what differs from what I had read, and not from what Ben saved.
    open.click("keep-mine");
    (await open.asked()).answer(bens);
    await soon(() => expect(open.part("conflict")).toBeNull());
    await open.says("1 change isn't saved");
    expect(open.props("automatic-pull")["checked"]).toBe(false);
  });

  test("a save that HubSpot repeated, and that so came too late after itself, is a save", async () => {
    const open = await settingsShowing(page());
    await pushOff(open);
    (await open.asked()).answer(check());
    await open.partSays("confirm-save", "Automatic push is off.");
    open.click("confirm-save-confirm");
    (await open.asked()).answer(
      { ...stale, savedBy: "ada@example.com", theirs: stale.yours },
      409,
    );
    await open.alerted("success: Settings saved");
    expect(open.part("conflict")).toBeNull();
  });
});

describe("rules of a type", () => {
  test("which new records are pushed: all, only some by conditions, or none", async () => {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("New contacts from Acme");
    open.trigger("push-which", "onChange", "some");
    const options = await open.asked();
    expect(options.url.searchParams.get("property")).toBe("lifecyclestage");
    options.answer({
      results: [
        { value: "lead", label: "Lead" },
        { value: "customer", label: "Customer" },
      ],
    });
    await soon(() =>
      expect(open.props("push-stages")["options"]).toHaveLength(2),
    );
    open.trigger("push-stages", "onChange", ["customer"]);
    open.trigger("push-email-statuses", "onInput", "valid, risky");
    await open.says("2 changes aren't saved");
    open.trigger("confirm-save", "onOpen");
    expect((await open.asked()).body).toMatchObject({
      settings: {
        contact: {
          push: {
            enabled: true,
            conditions: {
              stages: ["customer"],
              emailStatuses: ["valid", "risky"],
              customField: null,
            },
          },
        },
      },
    });
    open.trigger("push-which", "onChange", "none");
    await open.says("stay out of HubSpot, and buttons can't create them");
  });

  test("the company of a contact, conflicts, deletions, merges, and limits are in the document as they were chosen", async () => {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("Its company");
    open.trigger("companyWithContact", "onChange", "never");
    open.trigger("requireCompany", "onChange", true);
    open.trigger("policy", "onChange", "hold");
    open.trigger("deletion", "onChange", "delete");
    open.trigger("merge", "onChange", "merge");
    open.trigger("brake-creations.toHubSpot", "onChange", true);
    await soon(() => open.props("creations.toHubSpot"));
    open.trigger("creations.toHubSpot", "onChange", 200);
    await open.says("6 changes aren't saved");
    open.trigger("confirm-save", "onOpen");
    expect((await open.asked()).body).toMatchObject({
      settings: {
        contact: {
          companyWithContact: "never",
          requireCompany: true,
          policy: "hold",
          deletionSync: true,
          mergeSync: true,
          brakes: { creations: { toHubSpot: 200, toWorkspace: null } },
        },
      },
    });
  });
});

describe("mapping", () => {
  const hubspot = properties(
    { name: "email", label: "Email" },
    { name: "firstname", label: "First name" },
    { name: "fax", label: "Fax number" },
    {
      name: "hs_lead_source",
      label: "Source",
      type: "enumeration",
      readOnly: true,
    },
    { name: "tier", label: "Tier", type: "enumeration", options: 2 },
  );

  async function mappingShowing(some = page()): Promise<OpenPage> {
    const open = await settingsShowing(some);
    open.tab("contact", "mapping");
    (await open.asked()).answer(hubspot);
    await open.says("Add a mapping");
    return open;
  }

  test("properties have HubSpot's labels; the field that tells records apart can't be removed; problems can be looked at alone", async () => {
    const mappings = (
      settings()["contact"] as { mappings: { field: string }[] }
    ).mappings;
    const at = mappings.findIndex(({ field }) => field === "phone");
    const open = await mappingShowing(
      page({
        warnings: [
          {
            path: `contact.mappings.${at}.property`,
            message: "HubSpot has no property phone.",
          },
        ],
      }),
    );
    expect(open.part("mapping-first_name")).toContain("First name");
    expect(open.part("mapping-phone-fault")).toBe(
      "HubSpot has no property phone.",
    );
    open.click("edit-email-open");
    await soon(() => open.props("edit-email-done"));
    expect(() => open.props("edit-email-remove")).toThrow();
    open.trigger("only-problems", "onChange", true);
    await soon(() => expect(open.part("mapping-email")).toBeNull());
    expect(open.part("mapping-phone")).not.toBeNull();
    open.trigger("search", "onInput", "nothing like this");
    await open.says("No mappings match");
  });

  test("a new mapping, with a field of the product's own and options paired by name, is in the draft after Done", async () => {
    const open = await mappingShowing();
    open.click("add-mapping-open");
    await soon(() => open.props("property"));
    open.click("add-mapping-done");
    await soon(() =>
      expect(open.props("property")["validationMessage"]).toBe(
        "Choose a property.",
      ),
    );
    open.trigger("property", "onChange", "tier");
    open.trigger("field", "onChange", "+");
    await soon(() => open.props("own-field"));
    open.trigger("own-field", "onInput", "level");
    open.trigger("conversion", "onChange", "options");
    (await open.asked()).answer({
      results: [
        { value: "t1", label: "Gold" },
        { value: "t2", label: "Silver; old" },
      ],
    });
    await open.partSays("add-mapping", "2 options without a value");
    open.click("map-by-name");
    await open.partSays("add-mapping", "Every option has a value.");
    open.click("add-mapping-done");
    await open.says("1 change isn't saved");
    open.trigger("confirm-save", "onOpen");
    const { settings: sent } = (await open.asked()).body as {
      settings: { contact: { mappings: unknown[] } };
    };
    expect(sent.contact.mappings.at(-1)).toEqual({
      field: "level",
      property: "tier",
      direction: "both",
      clear: false,
      conversion: {
        kind: "options",
        pairs: [
          { workspace: "Gold", hubspot: "t1" },
          { workspace: "Silver; old", hubspot: "t2" },
        ],
      },
    });
  });

  test("a property that apps can't change is only copied to the product, and a removed mapping is gone", async () => {
    const open = await mappingShowing();
    open.click("edit-phone-open");
    await soon(() => open.props("property"));
    open.trigger("property", "onChange", "hs_lead_source");
    await open.partSays("edit-phone", "Apps can't change this property");
    expect(open.props("direction")["value"]).toBe("pull");
    open.click("edit-phone-remove");
    await open.says("1 change isn't saved");
    expect(open.part("mapping-phone")).toBeNull();
  });

  test("without HubSpot's definitions, mappings can be read and not changed", async () => {
    const open = await settingsShowing(page());
    open.tab("contact", "mapping");
    (await open.asked()).answerText("", 502);
    await open.says("HubSpot's fields couldn't be loaded");
    expect(open.props("add-mapping-open")["disabled"]).toBe(true);
    open.click("load-properties");
    (await open.asked()).answer(hubspot);
    await soon(() =>
      expect(open.props("add-mapping-open")["disabled"]).toBe(false),
    );
  });
});

describe("versions", () => {
  const list = {
    results: [
      {
        version: 3,
        savedAt: "2026-11-20T08:02:00.000Z",
        savedBy: "ada@example.com",
        changes: [
          { path: "automatic.push", sentence: "Automatic push is off." },
        ],
      },
      {
        version: 2,
        savedAt: "2026-11-19T08:02:00.000Z",
        savedBy: "ben@example.com",
        changes: [
          { path: "productName", sentence: "The product is called Acme." },
        ],
      },
    ],
    next: "2",
  };

  test("each has its time, its author, and what changed; older ones come page by page", async () => {
    const open = await settingsShowing(page());
    open.tab("versions");
    await open.says("Loading versions…");
    (await open.asked()).answer(list);
    await open.says("The product is called Acme.");
    expect(open.part("version-3")).toContain("In use");
    open.click("older");
    const older = await open.asked();
    expect(older.url.searchParams.get("cursor")).toBe("2");
    older.answer({
      results: [{ ...list.results[1], version: 1, changes: [] }],
      next: null,
    });
    await open.says("The settings at first");
    open.click("newer");
    expect((await open.asked()).url.searchParams.get("cursor")).toBeNull();
  });

  test("Roll back shows what it would change, and saves that version again", async () => {
    const open = await settingsShowing(page());
    open.tab("versions");
    (await open.asked()).answer(list);
    await open.says("The product is called Acme.");
    open.trigger("roll-back-2", "onOpen");
    (await open.asked()).answer({
      ...list.results[1],
      settings: settings({ productName: "Bigfoot" }),
    });
    const asked = await open.asked();
    expect(asked.body).toMatchObject({ settings: { productName: "Bigfoot" } });
    asked.answer(
      check({
        changes: [
          { path: "automatic.push", sentence: "Automatic push is on." },
        ],
      }),
    );
    await open.partSays("roll-back-2", "Automatic push is on.");
    open.click("roll-back-2-confirm");
    const sent = await open.asked();
    expect(pathOf(sent)).toBe("/ui/settings/roll-back");
    expect(sent.body).toEqual({ version: 3, to: 2 });
    sent.answer({ version: 4 });
    await open.alerted("success: Settings are as in version 2 again");
  });

  test("none yet", async () => {
    const open = await settingsShowing(page({ version: 0, savedAt: null }));
    open.tab("versions");
    (await open.asked()).answer({ results: [], next: null });
    await open.says("No versions yet");
  });
});

describe("the connection", () => {
  test("a new key is shown once, and can be copied", async () => {
    const open = await settingsShowing(page());
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
