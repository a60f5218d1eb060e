import { describe, expect, test } from "vitest";
import type { OwnerRow } from "../../hubspot-project/src/app/settings/page-answer.ts";
import { soon } from "./extension-on-a-page.tsx";
import type { Question } from "./extension-on-a-page.tsx";
import { check, installation, page, settings } from "./sample-page.ts";
import { choices, people, person, syncUser } from "./sample-people.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";
import type { OpenPage } from "./settings-on-a-page.tsx";

/** The newest request for a path that this test hasn't answered yet, as soon as it is made. */
function asker(open: OpenPage) {
  const answered = new Set<Question>();
  return (path: string): Promise<Question> =>
    soon(() => {
      const asked = open.questions.findLast(({ url }) => url.pathname === path);
      if (asked === undefined || answered.has(asked))
        throw new Error(
          `nothing asks for ${path}; asked: ${open.questions.map(({ url }) => url.pathname).join(", ")}`,
        );
      answered.add(asked);
      return asked;
    });
}

/** The tab People of a page that shows this. */
async function peopleTab(
  shown = page(),
  list = people([person()]),
  sync = syncUser(),
) {
  const open = await settingsShowing(shown);
  const asked = asker(open);
  open.tab("people");
  (await asked("/ui/settings/people")).answer(list);
  (await asked("/ui/settings/sync-user")).answer(sync);
  (await asked("/ui/settings/sync-user-choices")).answer(
    choices([{ id: "ben-id", email: "ben@example.com", name: "Ben Boss" }]),
  );
  await open.says("Add a person");
  return { open, asked };
}

/** What a table's row says. */
const row = (open: OpenPage, email: string) => open.part(`person-${email}`);

describe("the list of people", () => {
  test("says what it loads, and after a failure asks again", async () => {
    const open = await settingsShowing(page());
    const asked = asker(open);
    open.tab("people");
    await open.says("Loading people…");
    await open.says("Loading the sync user…");
    (await asked("/ui/settings/sync-user")).answer(syncUser());
    (await asked("/ui/settings/people")).fail();
    await open.says("Counterpart didn't respond");
    open.click("try-again");
    (await asked("/ui/settings/people")).answer(people([person()]));
    await soon(() => expect(row(open, "ben@example.com")).not.toBeNull());
  });

  test("shows who a person is in HubSpot, and the permissions in words", async () => {
    const { open } = await peopleTab(
      page(),
      people([
        person({ isSyncUser: true }),
        person({
          id: "cleo-id",
          email: "cleo@example.com",
          name: "",
          permissions: [],
          hubspot: {
            sentence: "HubSpot has no active owner with this email.",
            isOwner: false,
          },
        }),
        person({ id: "dan-id", email: "dan@example.com", active: false }),
      ]),
    );
    const ben = row(open, "ben@example.com") ?? "";
    for (const said of [
      "Ben Boss",
      "ben@example.com",
      "Push, pull",
      "Owner Ben Boss in HubSpot.",
      "Active",
      "Sync user",
    ])
      expect(ben).toContain(said);
    expect(row(open, "cleo@example.com")).toContain("Nothing");
    expect(row(open, "cleo@example.com")).toContain(
      "HubSpot has no active owner with this email.",
    );
    const dan = row(open, "dan@example.com") ?? "";
    expect(dan).toContain("Nothing while deactivated");
    expect(dan).toContain("Deactivated");
    expect(dan).toContain("Activate");
  });

  test("is empty: it says what to do, and after a search that finds nobody, how to see all again", async () => {
    const { open, asked } = await peopleTab(page(), people([]));
    await open.says("No people yet");
    open.trigger("people-search", "onInput", " zed ");
    const searched = await asked("/ui/settings/people");
    expect(searched.url.searchParams.get("q")).toBe("zed");
    searched.answer(people([]));
    await open.says("No people match");
    open.click("clear-search");
    const all = await asked("/ui/settings/people");
    expect(all.url.searchParams.has("q")).toBe(false);
    all.answer(people([person()]));
    await soon(() => expect(row(open, "ben@example.com")).not.toBeNull());
  });

  test("is turned page by page, back and forth", async () => {
    const { open, asked } = await peopleTab(
      page(),
      people([person()], "cursor-2"),
    );
    expect(open.props("page-before")["disabled"]).toBe(true);
    open.click("page-after");
    const second = await asked("/ui/settings/people");
    expect(second.url.searchParams.get("cursor")).toBe("cursor-2");
    second.answer(people([person({ email: "zoe@example.com" })]));
    await soon(() => expect(row(open, "zoe@example.com")).not.toBeNull());
    expect(open.props("page-after")["disabled"]).toBe(true);
    open.click("page-before");
    const first = await asked("/ui/settings/people");
    expect(first.url.searchParams.has("cursor")).toBe(false);
  });

  test("without permission, everything can be read, and nothing changed", async () => {
    const { open } = await peopleTab(
      page({ canChange: false, whyNot: "Only ada@example.com can." }),
      people([
        person(),
        person({ id: "dan-id", email: "dan@example.com", active: false }),
      ]),
    );
    for (const button of [
      "add-person-open",
      "edit-person-ben-id-open",
      "link-ben-id-open",
      "deactivate-ben-id-open",
      "activate-dan-id",
      "change-sync-user",
    ])
      expect(open.props(button)["disabled"], button).toBe(true);
    expect(open.props("sync-user-select")["readOnly"]).toBe(true);
    expect(
      (open.props("unknown-users")["options"] as { readOnly: boolean }[]).every(
        ({ readOnly }) => readOnly,
      ),
    ).toBe(true);
    expect(open.part("no-permission")).toContain("Only ada@example.com can.");
  });
});

describe("a person", () => {
  test("is added with what somebody usually may do, at once; errors are at their fields", async () => {
    const { open, asked } = await peopleTab();
    open.click("add-person-open");
    await open.partSays("add-person", "Changes apply at once.");
    expect(open.props("add-person-permissions")).toMatchObject({
      value: ["push", "pull"],
    });
    open.trigger("add-person-email", "onInput", "cleo");
    open.trigger("add-person-permissions", "onChange", ["pull"]);
    open.click("add-person-save");
    const first = await asked("/ui/users");
    expect([first.method, first.body]).toEqual([
      "POST",
      { email: "cleo", name: "", permissions: ["pull"] },
    ]);
    first.answer(
      {
        title: "Bad Request",
        detail: "The body isn't valid.",
        code: "invalid_input",
        errors: [{ path: "email", message: "must be an email address" }],
      },
      400,
    );
    await soon(() =>
      expect(open.props("add-person-email")).toMatchObject({
        error: true,
        validationMessage: "The email must be an email address.",
      }),
    );
    open.trigger("add-person-email", "onInput", "ben@example.com");
    open.click("add-person-save");
    (await asked("/ui/users")).answer(
      {
        title: "Conflict",
        detail: "Another user already has this email.",
        code: "email_taken",
        errors: [{ path: "email", message: "is another user's" }],
      },
      409,
    );
    await soon(() =>
      expect(open.props("add-person-email")["validationMessage"]).toBe(
        "The email is another user's.",
      ),
    );
    expect(open.alerts()).toEqual([]);
    open.trigger("add-person-email", "onInput", "cleo@example.com");
    open.click("add-person-save");
    (await asked("/ui/users")).answer({ id: "cleo-id" }, 201);
    await open.alerted("success: Person added | cleo@example.com was added.");
    (await asked("/ui/settings/people")).answer(
      people([person({ id: "cleo-id", email: "cleo@example.com" })]),
    );
    await soon(() => expect(row(open, "cleo@example.com")).not.toBeNull());
  });

  test("is edited: only a refusal keeps the form open, and says why", async () => {
    const { open, asked } = await peopleTab();
    open.click("edit-person-ben-id-open");
    await soon(() =>
      expect(open.props("edit-person-ben-id-email")["value"]).toBe(
        "ben@example.com",
      ),
    );
    open.trigger("edit-person-ben-id-permissions", "onChange", ["settings"]);
    open.click("edit-person-ben-id-save");
    const asking = await asked("/ui/users/ben-id");
    expect([asking.method, asking.body]).toEqual([
      "PATCH",
      {
        email: "ben@example.com",
        name: "Ben Boss",
        permissions: ["settings"],
      },
    ]);
    asking.answer(
      {
        title: "Forbidden",
        detail: "zoe@example.com doesn't have permission.",
        code: "no_permission",
      },
      403,
    );
    await open.alerted(
      "danger: No changes were made | zoe@example.com doesn't have permission.",
    );
    expect(open.part("edit-person-ben-id-save")).toBe("Save person");
    open.click("edit-person-ben-id-save");
    (await asked("/ui/users/ben-id")).fail();
    await open.alerted("Your request may have gone through.");
    // Whether it has been done, the list says.
    (await asked("/ui/settings/people")).answer(
      people([person({ permissions: ["settings"] })]),
    );
    await soon(() =>
      expect(row(open, "ben@example.com")).toContain("Settings"),
    );
  });

  test("AP-110 is deactivated after a question that says what follows, also for the sync user, and activated again", async () => {
    const { open, asked } = await peopleTab(
      page(),
      people([
        person({ isSyncUser: true }),
        person({ id: "cleo-id", email: "cleo@example.com" }),
      ]),
    );
    expect(open.part("deactivate-ben-id")).toContain(
      "Deactivate ben@example.com?",
    );
    expect(open.part("deactivate-ben-id")).toContain(
      "This person can't click on cards anymore",
    );
    expect(open.part("deactivate-ben-id-sync-user")).toContain(
      "Sync still works, and a warning shows until another sync user is chosen or another admin connects HubSpot.",
    );
    expect(open.part("deactivate-cleo-id-sync-user")).toBeNull();
    open.click("deactivate-ben-id-confirm");
    const asking = await asked("/ui/users/ben-id");
    expect([asking.method, asking.body]).toEqual(["PATCH", { active: false }]);
    asking.answer({ id: "ben-id" });
    await open.alerted("success: Person deactivated");
    (await asked("/ui/settings/people")).answer(
      people([person({ active: false })]),
    );
    await soon(() =>
      expect(row(open, "ben@example.com")).toContain("Deactivated"),
    );
    open.click("activate-ben-id");
    expect((await asked("/ui/users/ben-id")).body).toEqual({ active: true });
  });

  test("is linked to HubSpot at an address that can be copied", async () => {
    const { open, asked } = await peopleTab();
    open.trigger("link-ben-id", "onOpen");
    await open.partSays("link-ben-id", "Creating the address…");
    expect(open.props("link-ben-id-copy")["disabled"]).toBe(true);
    (await asked("/ui/users/ben-id/link")).fail();
    await open.partSays("link-ben-id", "Counterpart didn't respond");
    open.click("link-ben-id-again");
    (await asked("/ui/users/ben-id/link")).answer({
      url: "https://counterpart.example.com/oauth/link?ticket=t",
      expiresAt: "2026-12-02T08:00:00.000Z",
    });
    await open.partSays(
      "link-ben-id-url",
      "https://counterpart.example.com/oauth/link?ticket=t",
    );
    expect(open.part("link-ben-id")).toContain("for this person alone");
    open.click("link-ben-id-copy");
    await soon(() =>
      expect(
        open.page.mocks.actions.copyTextToClipboard.calls.map(([text]) => text),
      ).toEqual(["https://counterpart.example.com/oauth/link?ticket=t"]),
    );
  });
});

test("AP-117 whether unknown HubSpot users can pull and push is part of the draft", async () => {
  const { open } = await peopleTab();
  expect(open.props("unknown-users")["value"]).toBe("allow");
  open.trigger("unknown-users", "onChange", "deny");
  await open.says("1 change isn't saved");
  expect(open.props("unknown-users")["value"]).toBe("deny");
});

describe("the sync user", () => {
  test("AP-027 is shown with what that means, and another one is chosen after a question, at once", async () => {
    const { open, asked } = await peopleTab();
    expect(open.part("sync-user-section")).toContain(
      "ada@example.com connected HubSpot, and no other sync user is chosen.",
    );
    await soon(() =>
      expect(open.props("sync-user-select")["options"]).toEqual([
        {
          value: "connected",
          label: "Who connected HubSpot (ada@example.com)",
        },
        { value: "ben-id", label: "Ben Boss (ben@example.com)" },
      ]),
    );
    expect(open.props("change-sync-user")["disabled"]).toBe(true);
    open.trigger("sync-user-select", "onChange", "ben-id");
    await soon(() =>
      expect(open.props("change-sync-user")["disabled"]).toBe(false),
    );
    open.click("confirm-sync-user-confirm");
    const asking = await asked("/ui/installation/sync-user");
    expect([asking.method, asking.body]).toEqual(["PUT", { userId: "ben-id" }]);
    asking.answer({});
    await open.alerted("success: Sync user changed");
    (await asked("/ui/settings/sync-user")).answer(
      syncUser({ chosenId: "ben-id", email: "ben@example.com" }),
    );
    await soon(() =>
      expect(open.props("change-sync-user")["disabled"]).toBe(true),
    );
  });

  test("is found by a search on the server, which says that there are others", async () => {
    const { open, asked } = await peopleTab();
    open.trigger("sync-user-select", "onInput", "cle");
    const searched = await asked("/ui/settings/sync-user-choices");
    expect(searched.url.searchParams.get("q")).toBe("cle");
    searched.answer(
      choices([{ id: "c", email: "cleo@example.com", name: "" }], true),
    );
    await soon(() =>
      expect(open.props("sync-user-select")).toMatchObject({
        description: "Type a name or an email to find others.",
        options: [{ value: "connected" }, { label: "cleo@example.com" }],
      }),
    );
  });

  test("AP-110 AP-111 a deactivated one is a warning with both ways on, and connecting as another admin keeps everything", async () => {
    const { open } = await peopleTab(
      page(),
      people([person()]),
      syncUser({ active: false }),
    );
    expect(open.part("sync-user-inactive")).toContain(
      "ada@example.com is no longer an active user",
    );
    expect(open.part("sync-user-section")).toContain(
      "Settings, mappings, links, and the API key stay",
    );
    expect(open.props("connect-as-another")["href"]).toEqual({
      url: "https://counterpart.example.com/oauth/install",
      external: true,
    });
  });
});

describe("BN-108 super admins", () => {
  test("the permission to ask who they are is asked for on the page, where it is needed", async () => {
    const { open } = await peopleTab();
    expect(open.part("settings-access-section")).toContain(
      "grant the permission settings.users.read",
    );
    expect(open.props("ask-super-admins")["href"]).toEqual({
      url: page().superAdmins.askUrl,
      external: true,
    });
  });

  test("once it is granted, the page says that they can change settings", async () => {
    const { open } = await peopleTab(
      page({ superAdmins: { ...page().superAdmins, known: true } }),
    );
    expect(open.part("super-admins")).toContain(
      "Super admins of the HubSpot account",
    );
    expect(open.part("ask-super-admins")).toBeNull();
  });
});

describe("BN-018 the owner of a new record in HubSpot", () => {
  const contact = (newOwner: Record<string, string>) => {
    const document = settings();
    return page({
      settings: {
        ...document,
        contact: {
          ...(document["contact"] as Record<string, unknown>),
          newOwner,
        },
      },
    });
  };

  /** An owner whom the product knows by these emails, and is pulled as the first. */
  const ownerRow = (
    id: string,
    name: string,
    emails: readonly string[],
  ): OwnerRow => ({
    state: "without_user",
    owner: { id, name, email: `${name}@hubspot.example`, active: true },
    user: null,
    emails: emails.map((email) => ({ email, by: "override" })),
    pulledAs: emails[0] ?? null,
    records: [],
  });

  test("AP-023 the page says who comes first, and the rule for the rest is chosen: nobody, the sync user by name, or one owner", async () => {
    const open = await settingsShowing(
      page({
        installation: installation({
          chosenSyncUser: { email: "ben@example.com" },
        }),
      }),
    );
    const asked = asker(open);
    expect(open.part("chosen-sync-user")).toBe("ben@example.com");
    open.tab("contact");
    await open.says("Owner of new contacts in HubSpot");
    expect(open.part("contact-new-owner")).toContain(
      "A new contact in HubSpot gets the owner that it has in Acme. If it has none, the person who pushes it becomes its owner",
    );
    expect(open.props("new-owner")).toMatchObject({
      value: "none",
      options: [
        { value: "none" },
        { value: "sync_user", description: "ben@example.com" },
        { value: "owner" },
      ],
    });
    open.trigger("new-owner", "onChange", "owner");
    const listing = await asked("/ui/owners");
    expect(listing.url.search).toBe("?limit=100&state=active&records=none");
    listing.answer({
      results: [
        ownerRow("88", "Cleo", ["cleo@example.com"]),
        // HubSpot has another email of this one, which is somebody else's in the product.
        ownerRow("89", "Dan", ["dan@old.example", "d@example.com"]),
        ownerRow("90", "Eva", []),
      ],
      next: "more",
    });
    await soon(() =>
      expect(open.props("new-owner-email")).toMatchObject({
        options: [
          { value: "cleo@example.com", label: "Cleo (cleo@example.com)" },
          { value: "dan@old.example", label: "Dan (dan@old.example)" },
        ],
        description: "Type a name or an email to find others.",
      }),
    );
    open.trigger("new-owner-email", "onChange", "cleo@example.com");
    open.trigger("confirm-save", "onOpen");
    const check = await asked("/ui/settings/check");
    expect(check.body).toMatchObject({
      settings: {
        contact: {
          newOwner: { rule: "owner", ownerEmail: "cleo@example.com" },
        },
      },
    });
  });

  test("an owner who has left stays chosen, with a warning; without a choice, a save says what is missing", async () => {
    const open = await settingsShowing({
      ...contact({ rule: "owner", ownerEmail: "gone@example.com" }),
      warnings: [
        {
          path: "contact.newOwner.ownerEmail",
          message: "HubSpot has no active owner with this email.",
        },
      ],
    });
    const asked = asker(open);
    open.tab("contact");
    (await asked("/ui/owners")).answer({ results: [], next: null });
    await soon(() =>
      expect(open.props("new-owner-email")).toMatchObject({
        value: "gone@example.com",
        options: [{ value: "gone@example.com", label: "gone@example.com" }],
      }),
    );
    expect(open.part("new-owner-warning")).toContain("no active owner");
    open.trigger("new-owner", "onChange", "none");
    open.trigger("new-owner", "onChange", "owner");
    open.trigger("confirm-save", "onOpen");
    (await asked("/ui/settings/check")).answer(
      check({
        errors: [
          {
            path: "settings.contact.newOwner.ownerEmail",
            message: "must be an email address",
          },
        ],
      }),
    );
    await soon(() =>
      expect(open.props("new-owner-email")).toMatchObject({
        error: true,
        validationMessage: "Choose an owner.",
      }),
    );
  });

  test("an owner who was chosen by another of their emails stays chosen", async () => {
    const open = await settingsShowing(
      contact({ rule: "owner", ownerEmail: "dan@b.example" }),
    );
    open.tab("contact");
    (await asker(open)("/ui/owners")).answer({
      results: [ownerRow("89", "Dan", ["dan@a.example", "dan@b.example"])],
      next: null,
    });
    await soon(() =>
      expect(open.props("new-owner-email")).toMatchObject({
        value: "dan@b.example",
        options: [{ value: "dan@b.example", label: "Dan (dan@b.example)" }],
      }),
    );
  });

  test("a type whose records have no owner has no such rule", async () => {
    const document = settings();
    const { newOwner: _none, ...rest } = document["contact"] as Record<
      string,
      unknown
    >;
    const open = await settingsShowing(
      page({ settings: { ...document, contact: rest } }),
    );
    open.tab("contact");
    await open.says("New contacts from HubSpot");
    expect(open.part("contact-new-owner")).toBeNull();
  });
});
