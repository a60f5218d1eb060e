import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { soon } from "./extension-on-a-page.tsx";
import {
  check,
  checklist,
  finding,
  installation,
  page,
  settings,
} from "./sample-page.ts";
import { openSettingsPage, settingsShowing } from "./settings-on-a-page.tsx";
import { pathOf, pushOff } from "./settings-steps.ts";
import type { OpenPage } from "./settings-on-a-page.tsx";

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

  test("AP-078 BN-101 where the app isn't installed, it says to connect HubSpot first, and links to it", async () => {
    const open = openSettingsPage();
    (await open.asked()).answer(
      { title: "Not found", detail: "Not installed.", code: "not_installed" },
      404,
    );
    await open.says("Connect HubSpot first");
    // BN-101: who can.
    await open.says(
      "A super admin, or a user who may connect marketplace apps, can connect it.",
    );
    expect(open.props("connect")["href"]).toEqual({
      url: "https://counterpart.example.com/oauth/install",
      external: true,
    });
    open.click("check-connection");
    (await open.asked()).answer(page());
    await open.says("Set up sync");
  });

  test("BN-103 when HubSpot has been connected beside it, the page goes on to the set-up by itself", async () => {
    const open = openSettingsPage({ active: 1, idle: 600_000, sleep: 600_000 });
    const refusal = { title: "No", detail: "No.", code: "not_installed" };
    (await open.asked()).answer(refusal, 404);
    (await open.asked()).answer(refusal, 404);
    (await open.asked()).answer(page());
    await open.says("Set up sync");
  });

  test("a page that was left reads nothing more, not even after what was in progress", async () => {
    const open = await settingsShowing(page());
    open.click("check-now");
    const asked = await open.asked();
    const asking = open.questions.length;
    await open.close();
    asked.answer({});
    await pause(50);
    expect(open.questions).toHaveLength(asking);
  });

  test("without a server's address, it says who can help", async () => {
    const open = openSettingsPage();
    open.page.mocks.context.variables = {};
    open.redraw();
    await open.says("This page has no server address");
  });
});

describe("what stands above everything", () => {
  test("X-11 mappings that no longer fit: how many, and the way to them", async () => {
    const open = await settingsShowing(
      page({
        drift: { count: 1, results: [finding()] },
        installation: installation({
          warnings: [
            {
              code: "drift",
              message: "1 mapping no longer fits what HubSpot has.",
              remedy: "List the causes with GET /api/v1/attention?kind=drift.",
              since: null,
            },
          ],
        }),
      }),
    );
    open.tab("versions");
    (await open.asked()).answer({ results: [], next: null });
    await open.says("No versions yet");
    expect(open.part("banner")).not.toContain("/api/");
    expect(open.part("banner")).toContain(
      "A mapping no longer fits HubSpot | 1 mapping no longer fits what HubSpot has. The Connection tab says what to do.",
    );
    open.click("banner-drift");
    await open.partSays("drift-section", "This concerns 12 contacts.");
  });

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
    expect(open.part("connect-first")).not.toContain("Connect HubSpot first.");

    const pulled = await settingsShowing(
      page({
        connected: false,
        installation: installation({ state: "disconnected" }),
        checklist: checklist("name", "pull", "push"),
      }),
    );
    expect(pulled.part("step-pull")).toContain(
      "The first pull has ended. Counterpart is disconnected.",
    );
    expect(pulled.part("step-push")).toContain("once sync is active.");
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
    expect(open.part("errors")).toContain("Name: is too short.");
    expect(open.part("errors")).not.toContain("productName");
    expect(open.props("confirm-save-confirm")["disabled"]).toBe(true);
    expect(open.props("product-name")).toMatchObject({
      error: true,
      validationMessage: "Is too short.",
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
