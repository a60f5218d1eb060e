import { describe, expect, test } from "vitest";
import type {
  Problem,
  SyncView,
} from "../../hubspot-project/src/app/cards/sync-view.ts";
import { cardShowing, soon } from "./card-on-a-page.tsx";
import {
  contacts,
  done,
  minutesAgo,
  plainProblem,
  view,
} from "./sample-views.ts";

// Sync now, what Pull and Push ask first, and everything that needs a person (7-B1 to 7-B4).

const newer = {
  undoes: [
    { field: "phone", label: "Phone", before: "2", after: "1" },
    { field: "city", label: "City", before: "Rome", after: null },
  ],
  moreUndoes: 0,
};

const problem = (id: string, some: Partial<Problem> = {}): Problem => ({
  ...plainProblem,
  id,
  code: "invalid_email",
  cause: `Cause of ${id}`,
  fix: `Fix of ${id}`,
  since: minutesAgo(1),
  attempts: 1,
  correlationId: null,
  retry: { allowed: true, reason: null },
  ...some,
});

const held = ["phone", "city"].map((field) => ({
  id: `h-${field}`,
  field,
  label: field,
  base: { workspace: "1", hubspot: "1" },
  workspace: "2",
  hubspot: "3",
}));

describe("what was not compared", () => {
  test.each([
    ["not_checked", "Not checked", "default"],
    ["paused", "Paused", "warning"],
  ] as const)(
    "%s is never green, and says what was last known",
    async (status, label, variant) => {
      const reason =
        "HubSpot isn't responding. Last known: in sync, 5 minutes ago.";
      const card = await cardShowing(
        view({
          status,
          code: "hubspot_unavailable",
          reason,
          lastKnown: { status: "in_sync", at: minutesAgo(5) },
        }),
      );
      expect(card.part("status")).toBe(label);
      expect(card.props("status")).toMatchObject({ variant });
      expect(card.part(status === "paused" ? "banner" : "reason")).toContain(
        reason,
      );
    },
  );

  test("what helps is a page to go to, or who to ask", async () => {
    const help = {
      action: "reconnect" as const,
      label: "Reconnect HubSpot",
      url: "https://app.example/oauth/install",
      who: "An admin can reconnect HubSpot.",
    };
    const card = await cardShowing(view({ status: "disconnected", help }));
    expect(card.part("help")).toContain("Reconnect HubSpot");
    const other = await cardShowing(
      view({ status: "paused", help: { ...help, url: null } }),
    );
    expect(other.part("help")).toBe("An admin can reconnect HubSpot.");
  });
});

describe("Sync now", () => {
  test("it is the one primary button, and sends its press", async () => {
    const card = await cardShowing(view());
    expect(card.props("sync")).toMatchObject({ variant: "primary" });
    for (const name of ["pull", "push"])
      expect(card.props(name)).toMatchObject({ variant: "secondary" });
    card.click("sync");
    const asked = await card.question(2);
    expect(asked.url.pathname).toBe("/ui/card/sync");
    expect(asked.body).toMatchObject({ version: "v1" });
    asked.answer(done({ message: "4 values changed." }));
    await card.alerted("success: Synced | 4 values changed.");
  });
});

describe("a press that undoes newer values", () => {
  const asking = (): SyncView => view({ pull: { ...view().pull, ...newer } });

  test("opens the question with each value, and is sent once it is confirmed", async () => {
    const card = await cardShowing(asking());
    expect(card.props("confirm-pull")).toMatchObject({
      variant: "danger",
      title: "Replace 2 newer values in Orbit?",
    });
    expect(card.part("confirm-pull")).toContain("Phone: 2 → 1");
    expect(card.part("confirm-pull")).toContain("City: Rome → empty");
    expect(card.props("pull")["onClick"]).toBeUndefined();
    expect(card.questions).toHaveLength(1);
    card.click("confirm-pull-confirm");
    expect((await card.question(2)).body).toMatchObject({
      version: "v1",
      confirmed: true,
    });
  });

  test("where the server asks what the card did not know of, the question is there for the next click", async () => {
    const card = await cardShowing(view());
    card.click("pull");
    (await card.question(2)).answer({
      result: "confirm",
      message: "Replace 2 newer values in Orbit with HubSpot's?",
      ...newer,
      children: [],
      contacts: null,
      view: asking(),
    });
    await card.alerted("warning: No changes were made yet");
    expect(card.part("confirm-pull")).not.toBeNull();
  });

  test("a company's contacts with changes are named before they are pushed", async () => {
    const push = {
      ...view().push,
      children: contacts(60, {
        changed: 60,
        named: [{ id: "c1", name: "Ada", creates: true }],
        more: 59,
      }),
    };
    const card = await cardShowing(view({ objectType: "company", push }));
    expect(card.part("confirm-push")).toBeNull();
    card.trigger("with-contacts", "onChange", true);
    await soon(() => expect(card.part("confirm-push")).not.toBeNull());
    expect(card.part("confirm-push")).toContain("Ada (new in HubSpot)");
    expect(card.part("confirm-push")).toContain("and 59 more");
    card.click("confirm-push-confirm");
    expect((await card.question(2)).body).toMatchObject({
      children: ["contact"],
      contacts: true,
      confirmed: true,
    });
  });

  test("a push that has nothing to do but its children's changes doesn't say that there is nothing to do", async () => {
    const idle = { allowed: true, idle: true, reason: "Nothing changed." };
    const push = {
      ...view().push,
      ...idle,
      children: contacts(2, {
        changed: 1,
        named: [{ id: "c1", name: "Ada", creates: false }],
      }),
    };
    const card = await cardShowing(view({ objectType: "company", push }));
    expect(card.part("push-says")).toContain("Nothing to do.");
    card.trigger("with-contacts", "onChange", true);
    await soon(() => expect(card.part("push-says")).toBeNull());
  });

  test("a company's contacts and deals are named apart, each as far as there is room", async () => {
    const push = {
      ...view().push,
      children: [
        ...contacts(3, {
          changed: 1,
          named: [{ id: "c1", name: "Ada", creates: false }],
        }),
        {
          type: "deal" as const,
          count: 9,
          changed: 4,
          named: ["Roof", "Wall", "Door", "Gate"].map((name) => ({
            id: name,
            name,
            creates: true,
          })),
          more: 0,
        },
      ],
    };
    const card = await cardShowing(view({ objectType: "company", push }));
    expect(card.part("with-deals")).toBe(
      "Also push its 9 deals (4 with changes)",
    );
    card.trigger("with-contacts", "onChange", true);
    card.trigger("with-deals", "onChange", true);
    await soon(() => {
      const asked = card.part("confirm-push");
      expect(asked).toContain("Push 1 contact and 4 deals?");
      expect(asked).toContain("Wall (new in HubSpot)");
      expect(asked).toContain("and 2 more");
      expect(asked).not.toContain("Door");
    });
    card.trigger("with-contacts", "onChange", false);
    await soon(() =>
      expect(card.part("confirm-push")).toContain("Push 4 deals?"),
    );
    card.click("confirm-push-confirm");
    expect((await card.question(2)).body).toMatchObject({
      children: ["deal"],
      contacts: false,
      confirmed: true,
    });
  });
});

describe("everything that needs a person", () => {
  test("all problems are there, each with its place and its own Retry", async () => {
    const problems = ["a", "b", "c"].map((id) => problem(id));
    const card = await cardShowing(
      view({
        status: "problem",
        problem: problems[0] ?? null,
        problems,
        moreProblems: 2,
      }),
    );
    expect(card.words()).toContain("1 of 5");
    expect(card.words()).toContain("3 of 5");
    expect(card.words()).toContain("and 2 more problems");
    card.click("retry-b");
    expect((await card.question(2)).body).toMatchObject({ attentionId: "b" });
  });

  test("a company that another record has is linked once it is confirmed", async () => {
    const claim = problem("p", {
      code: "domain_conflict",
      record: { id: "r", name: "Engines" },
      objects: [
        { id: "77", url: "https://app.hubspot.com/77", holder: "Holder" },
      ],
    });
    const card = await cardShowing(view({ problems: [claim] }));
    expect(card.part("problem")).toContain(
      "This problem is about Engines in Orbit.",
    );
    expect(card.part("confirm-link-77")).toContain("Holder will be unlinked");
    card.click("confirm-link-77-confirm");
    expect((await card.question(2)).body).toMatchObject({
      attentionId: "p",
      choice: "link_existing",
      linkTo: "77",
    });
  });

  test("BN-021 a match to confirm is linked with one click, in the words of its type", async () => {
    const match = problem("m", {
      code: "match_to_confirm",
      cause: "The contact 77 in HubSpot has the same email.",
      objects: [{ id: "77", url: "https://app.hubspot.com/77", holder: null }],
    });
    const card = await cardShowing(
      view({ objectType: "contact", problems: [match] }),
    );
    expect(card.part("problem")).toContain("Contact 77 in HubSpot");
    expect(card.part("link-77")).toBe("Link to it");
    card.click("link-77");
    expect((await card.question(2)).body).toMatchObject({
      attentionId: "m",
      choice: "link_existing",
      linkTo: "77",
    });
  });

  test("one choice settles every conflict", async () => {
    const card = await cardShowing(view({ status: "held", held }));
    expect(card.part("held")).toContain("2 conflicts to resolve");
    card.click("keep-all-hubspot");
    const asked = await card.question(2);
    expect(asked.url.pathname).toBe("/ui/card/resolve");
    expect(asked.body).toMatchObject({
      all: true,
      choice: "hubspot",
      version: "v1",
    });
  });

  test("an approval: what destroys is asked twice, what keeps is not", async () => {
    const approval = {
      id: "m",
      code: "mass_deletion",
      cause: "640 contacts are gone",
      fix: "Review them",
      since: minutesAgo(3),
      choices: [
        {
          choice: "refuse" as const,
          label: "Keep them",
          destructive: false,
        },
        { choice: "approve" as const, label: "Delete them", destructive: true },
      ],
      refused: null,
    };
    const card = await cardShowing(view({ approvals: [approval] }));
    expect(card.props("approval-approve-m")["onClick"]).toBeUndefined();
    card.click("confirm-approval-m-confirm");
    const asked = await card.question(2);
    expect(asked.body).toMatchObject({ attentionId: "m", choice: "approve" });
    asked.answer(done({ view: view({ approvals: [approval] }) }));
    await card.alerted("success: Decision saved");
    card.click("approval-refuse-m");
    expect((await card.question(3)).body).toMatchObject({
      attentionId: "m",
      choice: "refuse",
    });
  });
});

describe("AP-117 what a person may not do", () => {
  const noPush = "ada@example.com doesn't have permission to push.";
  const noPull = "ada@example.com doesn't have permission to pull.";

  test("disables the side of a conflict that would be written, and says why", async () => {
    const card = await cardShowing(
      view({ held, unpermitted: { push: noPush, pull: null } }),
    );
    for (const id of ["h-phone", "h-city"]) {
      expect(card.props(`keep-workspace-${id}`)).toMatchObject({
        disabled: true,
      });
      expect(card.props(`keep-hubspot-${id}`)).toMatchObject({
        disabled: false,
      });
    }
    expect(card.props("keep-all-workspace")).toMatchObject({ disabled: true });
    expect(card.props("keep-all-hubspot")).toMatchObject({ disabled: false });
    expect(card.part("held-refused")).toBe(noPush);
  });

  test("disables an approval and a link, and says why", async () => {
    const card = await cardShowing(
      view({
        unpermitted: { push: noPush, pull: noPull },
        approvals: [
          {
            id: "m",
            code: "mass_deletion",
            cause: "640 contacts are gone",
            fix: "Review them",
            since: minutesAgo(3),
            choices: [
              { choice: "refuse", label: "Keep them", destructive: false },
              { choice: "approve", label: "Delete them", destructive: true },
            ],
            refused: noPull,
          },
        ],
        problems: [
          problem("p", {
            code: "domain_conflict",
            objects: [{ id: "501", url: "https://x.example", holder: null }],
            retry: { allowed: false, reason: noPush },
          }),
        ],
      }),
    );
    for (const id of ["approval-refuse-m", "approval-approve-m", "link-501"])
      expect(card.props(id)).toMatchObject({ disabled: true });
    expect(card.part("approval-refused-m")).toBe(noPull);
    expect(card.part("retry-reason")).toBe(noPush);
  });

  test("offers everything if an older server says nothing about it", async () => {
    const { unpermitted: _unpermitted, ...older } = view({ held });
    const card = await cardShowing(older as SyncView);
    expect(card.props("keep-workspace-h-phone")).toMatchObject({
      disabled: false,
    });
  });
});
