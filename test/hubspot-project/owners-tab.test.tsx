import { describe, expect, test } from "vitest";
import type { Override } from "../../hubspot-project/src/app/settings/document.ts";
import {
  changesBetween,
  keepingMine,
} from "../../hubspot-project/src/app/settings/draft.ts";
import {
  emailsOf,
  withOverride,
} from "../../hubspot-project/src/app/settings/overrides.ts";
import type { OwnerRow } from "../../hubspot-project/src/app/settings/page-answer.ts";
import { soon } from "./extension-on-a-page.tsx";
import { check, page, settings } from "./sample-page.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";
import type { OpenPage } from "./settings-on-a-page.tsx";

const ada: OwnerRow = {
  state: "matched",
  owner: { id: "1", name: "Ada Adams", email: "ada@hub.example", active: true },
  user: { email: "ada@hub.example", name: "Ada", active: true },
  emails: [{ email: "ada@hub.example", by: "email" }],
  pulledAs: "ada@hub.example",
  records: [
    { objectType: "company", count: 1, atLeast: false },
    { objectType: "contact", count: 1_200, atLeast: false },
  ],
};
const cai: OwnerRow = {
  ...ada,
  state: "without_user",
  owner: { id: "3", name: "Cai Cole", email: "cai@hub.example", active: true },
  user: null,
  emails: [
    { email: "cai@old.example", by: "override" },
    { email: "cai@hub.example", by: "email" },
  ],
  pulledAs: "cai@old.example",
  records: [],
};
const ben: OwnerRow = {
  state: "departed",
  owner: { id: "2", name: "Ben Boll", email: "ben@hub.example", active: false },
  user: null,
  emails: [{ email: "ben@hub.example", by: null }],
  pulledAs: "ben@hub.example",
  records: [
    { objectType: "company", count: 0, atLeast: false },
    { objectType: "contact", count: 3, atLeast: false },
  ],
};
const dee: OwnerRow = {
  state: "without_owner",
  owner: null,
  user: { email: "dee@product.example", name: "Dee", active: true },
  emails: [{ email: "dee@product.example", by: null }],
  pulledAs: null,
  records: [
    { objectType: "company", count: 0, atLeast: true },
    { objectType: "contact", count: 2, atLeast: true },
  ],
};
const caiOld: Override = {
  email: "cai@old.example",
  ownerId: "3",
  pulled: true,
};
const list = (...results: OwnerRow[]) => ({ results, next: null });
const pathOf = ({ url }: { url: URL }) => url.pathname + url.search;
const saved = (owners: Override[] = []) =>
  page({ settings: settings({ owners }) });

/** The tab with these owners. */
async function showing(open: OpenPage, ...rows: OwnerRow[]): Promise<OpenPage> {
  open.tab("owners");
  (await open.asked()).answer(list(...rows));
  await open.says(rows[0]?.owner?.name ?? rows[0]?.user?.name ?? "");
  return open;
}

/** Opens a panel or a question, and answers its list to choose from. */
async function choosing(
  open: OpenPage,
  id: string,
  select: string,
): Promise<void> {
  open.click(`${id}-open`);
  const asked = await open.asked();
  expect(pathOf(asked)).toBe("/ui/owners?limit=100&state=active&records=none");
  asked.answer(list(ada, cai));
  await soon(() =>
    expect(open.props(select)["options"]).toEqual([
      { value: "1", label: "Ada Adams (ada@hub.example)" },
      { value: "3", label: "Cai Cole (cai@hub.example)" },
    ]),
  );
}

describe("BN-019 the owners", () => {
  test("are loaded, and then each has a state, emails, and records", async () => {
    const open = await settingsShowing(saved([caiOld]));
    open.tab("owners");
    await open.says("Loading owners…");
    const asked = await open.asked();
    expect(pathOf(asked)).toBe("/ui/owners?limit=25");
    asked.answer(list(ada, cai, ben, dee));
    await open.says("Ada Adams | ada@hub.example");
    expect(open.part("owner-1")).toContain("1 company, 1,200 contacts");
    expect(open.part("owner-1")).toContain("same email in HubSpot");
    expect(open.part("owner-3")).toContain("cai@old.example | set here");
    expect(open.part("owner-3")).toContain("Without a user");
    expect(open.part("owner-2")).toContain("Departed");
    expect(open.part("owner-2")).toContain("no longer active in HubSpot");
    expect(open.part("owner-dee@product.example")).toContain(
      "0 or more companies, 2 or more contacts",
    );
    // None of its records needs another owner.
    expect(open.part("reassign-3-open")).toBeNull();
    expect(open.props("reassign-2-open")["disabled"]).toBe(false);
  });

  test("that can't be loaded are asked for again; none is said", async () => {
    const open = await settingsShowing(page());
    open.tab("owners");
    (await open.asked()).fail();
    await open.says("Counterpart didn't respond");
    open.click("try-again");
    (await open.asked()).answer(list());
    await open.says("No owners yet");
  });

  test("are filtered, searched, and read in pages by the server", async () => {
    const open = await settingsShowing(page());
    open.tab("owners");
    (await open.asked()).answer({ results: [ada], next: "c2" });
    await open.says("Ada Adams");
    open.click("page-after");
    const second = await open.asked();
    expect(pathOf(second)).toBe("/ui/owners?limit=25&cursor=c2");
    second.answer(list(cai));
    await open.says("Cai Cole");
    open.trigger("owner-state", "onChange", "departed");
    const filtered = await open.asked();
    // From the first page.
    expect(pathOf(filtered)).toBe("/ui/owners?limit=25&state=departed");
    filtered.answer(list());
    await open.says("No owners match");
    open.trigger("owner-search", "onInput", "ben ");
    const searched = await open.asked();
    expect(pathOf(searched)).toBe("/ui/owners?limit=25&state=departed&q=ben");
    searched.answer(list(ben));
    await open.says("Ben Boll");
  });

  test("can be looked at without permission, and not changed", async () => {
    const open = await showing(
      await settingsShowing(
        page({ canChange: false, whyNot: "Ask Ada.", settings: settings() }),
      ),
      ben,
      dee,
    );
    for (const id of ["reassign-2", "add-override-dee@product.example"])
      expect(open.props(`${id}-open`)["disabled"]).toBe(true);
  });

  test("say what doesn't work of the saved ones, and what a check finds in the draft", async () => {
    const open = await settingsShowing(
      page({
        settings: settings({ owners: [caiOld] }),
        warnings: [
          {
            path: "owners.0.ownerId",
            message: "Cai Cole is no longer active in HubSpot.",
          },
        ],
      }),
    );
    await showing(open, dee);
    expect(open.part("owner-faults")).toContain(
      "cai@old.example: Cai Cole is no longer active in HubSpot.",
    );
    open.trigger("tabs", "onSelectedChange", "connection");
    open.trigger("automatic-push", "onChange", false);
    await open.says("1 change isn't saved");
    open.trigger("confirm-save", "onOpen");
    (await open.asked()).answer(
      check({
        errors: [
          { path: "settings.owners.0.email", message: "Another one has it." },
        ],
      }),
    );
    await open.partSays("confirm-save", "Another one has it.");
    open.tab("owners");
    await open.says("cai@old.example: Another one has it.");
  });
});

describe("BN-019 an email's owner", () => {
  test("of a user is chosen among HubSpot's owners, is in the draft after Done, and is saved with Save", async () => {
    const open = await showing(await settingsShowing(page()), dee);
    await choosing(open, "add-override-dee@product.example", "override-owner");
    expect(open.props("override-email")).toMatchObject({
      value: "dee@product.example",
      readOnly: true,
    });
    open.click("add-override-dee@product.example-done");
    await soon(() =>
      expect(open.props("override-owner")["validationMessage"]).toBe(
        "Choose an owner.",
      ),
    );
    open.trigger("override-owner", "onChange", "3");
    expect(open.props("override-pulled")["checked"]).toBe(true);
    // An owner who is a user of the product already keeps HubSpot's own email.
    open.trigger("override-owner", "onChange", "1");
    expect(open.props("override-pulled")["checked"]).toBe(false);
    open.trigger("override-owner", "onChange", "3");
    open.click("add-override-dee@product.example-done");
    await open.says("1 change isn't saved");
    expect(open.part("owner-dee@product.example")).toContain("set here");
    open.trigger("confirm-save", "onOpen");
    const asked = await open.asked();
    expect(asked.body).toMatchObject({
      settings: {
        owners: [{ email: "dee@product.example", ownerId: "3", pulled: true }],
      },
    });
    asked.answer(check());
  });

  test("of an owner is typed, refused if it's none, and compared in lower case", async () => {
    const open = await showing(await settingsShowing(saved([caiOld])), cai);
    open.click("add-override-3-open");
    // Pulled as another email already.
    expect(open.props("override-pulled")["checked"]).toBe(false);
    open.trigger("override-email", "onInput", "nobody");
    open.click("add-override-3-done");
    expect(open.props("override-email")["validationMessage"]).toBe(
      "Enter an email address.",
    );
    open.trigger("override-email", "onInput", " Team@Old.Example ");
    open.trigger("override-pulled", "onChange", true);
    open.click("add-override-3-done");
    await open.says("2 changes aren't saved");
    expect(open.part("owner-3")).toContain("team@old.example | set here");
    expect(open.part("owner-3")).toContain(
      "cai@old.example | set here, to HubSpot only",
    );
  });

  test("can be removed", async () => {
    const open = await showing(await settingsShowing(saved([caiOld])), cai);
    open.click("override-cai@old.example-open");
    open.click("override-cai@old.example-remove");
    await open.says("1 change isn't saved");
    expect(open.part("owner-3")).not.toContain("cai@old.example");
    open.click("discard");
    await open.says("cai@old.example");
  });

  test("is one email's, and an owner is pulled as one email", () => {
    const team = { email: "team@old.example", ownerId: "3", pulled: true };
    expect(withOverride([caiOld], team)).toEqual([
      { ...caiOld, pulled: false },
      team,
    ]);
    expect(withOverride([caiOld], { ...caiOld, ownerId: "1" })).toEqual([
      { ...caiOld, ownerId: "1" },
    ]);
    // What the draft gives to another owner is no longer this owner's.
    expect(
      emailsOf(ada, [
        { email: "ada@hub.example", ownerId: "3", pulled: false },
      ]),
    ).toEqual([]);
  });

  test("counts as one change, and two admins' are both kept", () => {
    const team = { email: "team@old.example", ownerId: "3", pulled: false };
    const other = { email: "x@old.example", ownerId: "1", pulled: false };
    const [base, mine, theirs] = [
      [caiOld],
      [caiOld, team],
      [caiOld, other],
    ].map((owners) => settings({ owners }));
    if (!base || !mine || !theirs) throw new Error("There are three.");
    expect(changesBetween(base, mine)).toBe(1);
    expect(keepingMine(base, mine, theirs).owners).toEqual([
      caiOld,
      other,
      team,
    ]);
  });
});

describe("BN-019 all records of an owner", () => {
  const run = {
    state: "done",
    counts: {
      created: 0,
      updated: 3,
      unchanged: 0,
      skipped: 0,
      held: 0,
      failed: 0,
    },
    reason: null,
  };

  test("are given to another one after a question that names them, and what came of it is said", async () => {
    const open = await showing(await settingsShowing(page()), ben, cai);
    expect(open.part("reassign-2-open")).toBe("Reassign 3 records");
    await choosing(open, "reassign-2", "reassign-2-to");
    await open.partSays(
      "reassign-2",
      "3 contacts of Ben Boll (ben@hub.example) get another owner in Acme",
    );
    expect(open.part("reassign-2")).toContain("This starts at once");
    expect(open.props("reassign-2-confirm")["disabled"]).toBe(true);
    open.trigger("reassign-2-to", "onChange", "3");
    expect(open.props("reassign-2-confirm")["disabled"]).toBe(false);
    open.click("reassign-2-confirm");
    const asked = await open.asked();
    expect([pathOf(asked), asked.body]).toEqual([
      "/ui/owners/reassign",
      // What records of that owner get.
      { from: ["ben@hub.example"], to: "cai@old.example" },
    ]);
    asked.answer({
      results: [
        { records: 0, runId: null },
        { records: 3, runId: "run-1" },
      ],
    });
    await open.says("3 records get another owner. You can leave this page.");
    expect(open.props("reassign-2-open")["disabled"]).toBe(true);
    (await open.asked()).answer(run);
    await open.says("3 updated.");
    // The page and the list are read again.
    const again = [await open.asked(), await open.asked()];
    expect(again.map(({ url }) => url.pathname).sort()).toEqual([
      "/ui/owners",
      "/ui/settings/page",
    ]);
  });

  test("stay if the server refuses, and it says why", async () => {
    const open = await showing(await settingsShowing(page()), ben);
    await choosing(open, "reassign-2", "reassign-2-to");
    open.trigger("reassign-2-to", "onChange", "1");
    open.click("reassign-2-confirm");
    (await open.asked()).answer(
      {
        title: "Forbidden",
        detail: "Ada doesn't have permission to assign contact owners.",
        code: "no_permission",
      },
      403,
    );
    await open.says("Ada doesn't have permission to assign contact owners.");
  });
});
