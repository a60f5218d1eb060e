import { afterEach, describe, expect, test, vi } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { cardShowing, openCard, ORIGIN } from "./card-on-a-page.tsx";
import { dateAndTime } from "../../hubspot-project/packages/kit/times.ts";
import {
  jobTitle,
  minutesAgo,
  plainProblem,
  view,
  waitingToPull,
} from "./sample-views.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("before there is anything to show", () => {
  test("the card says that it compares, and asks the server about its object", async () => {
    const card = openCard("0-2", 77);
    expect(card.words()).toBe("Loading sync status…");
    const asked = await card.question(1);
    expect(asked.url.href).toBe(
      `${ORIGIN}/ui/card?objectTypeId=0-2&objectId=77`,
    );
    expect(asked).toMatchObject({ method: "GET", timeout: 15_000 });
  });

  test("a server that cannot be reached is said in a sentence, and Try again asks anew", async () => {
    const card = openCard();
    (await card.question(1)).fail();
    await card.says("Counterpart didn't respond");
    card.click("try-again");
    await card.says("Loading sync status…");
    (await card.question(2)).answer(view());
    await card.says("In sync");
  });

  test.each([
    [
      "an HTML page from a proxy",
      "<html>Bad gateway</html>",
      502,
      "Counterpart didn't respond",
    ],
    [
      "an HTML page with a good status",
      "<html>Welcome</html>",
      200,
      "Counterpart's response couldn't be read",
    ],
    [
      "JSON of another shape",
      `{"status":"in_sync"}`,
      200,
      "Counterpart's response couldn't be read",
    ],
    [
      "a status that the card does not know",
      JSON.stringify({ ...view(), status: "odd" }),
      200,
      "couldn't be read",
    ],
  ])("%s becomes a sentence", async (_what, body, status, sentence) => {
    const card = openCard();
    (await card.question(1)).answerText(body, status);
    await card.says(sentence);
    expect(card.words()).not.toMatch(/html|undefined|null|expected/i);
  });

  test("a host that never answers is not waited for longer than HubSpot's own two attempts take", async () => {
    await fakeClock();
    const card = openCard();
    await vi.advanceTimersByTimeAsync(34_000);
    expect(card.words()).toBe("Loading sync status…");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(card.words()).toContain("Counterpart didn't respond");
  });

  test("a card that was built without its server's address says so and asks nobody", async () => {
    const card = openCard();
    (await card.question(1)).answer(view());
    card.page.mocks.context.variables = {};
    card.visit(502);
    await card.says("This card has no server address");
    expect(card.questions).toHaveLength(1);
  });

  test("a refusal says what the server says of it", async () => {
    const card = openCard();
    const refusal = {
      type: "about:blank",
      title: "Not installed here",
      status: 404,
      detail: "Ask an admin to install it.",
    };
    (await card.question(1)).answer(refusal, 404);
    await card.says("Not installed here");
    await card.says("Ask an admin to install it.");
  });
});

describe("a card that has its answer", () => {
  test("in sync: the tag, the reason, and when values last moved and by whom", async () => {
    const card = await cardShowing(view());
    expect(card.part("status")).toBe("In sync");
    expect(card.props("status")["variant"]).toBe("success");
    expect(card.part("reason")).toBe("Both sides hold the same values.");
    expect(card.part("last")).toBe(
      "Last pulled | 5 minutes ago after a change in HubSpot | Last pushed | 3 hours ago by ada@example.com",
    );
    expect(card.part("differences")).toBeNull();
    expect(card.part("journal")).toBeNull();
  });

  test("changes waiting: both values side by side and what each button would do to them", async () => {
    const card = await cardShowing(waitingToPull());
    expect(card.part("status")).toBe("Changes pending");
    expect(card.part("differences")).toContain("Differences (1)");
    expect(card.part("difference-job_title")).toBe(
      "Job title changed in HubSpot | HubSpot | Chief engineer | Orbit | Engineer | " +
        "Pull writes “Chief engineer” to Orbit. | Push changes nothing. Only HubSpot changed.",
    );
    expect(card.part("pull-says")).toBe(
      "Pull from HubSpot: Pulls 1 value from HubSpot.",
    );
    expect(card.props("sync")["variant"]).toBe("primary");
    expect(card.props("pull")["variant"]).toBe("secondary");
    expect(card.props("push")["variant"]).toBe("secondary");
  });

  test("a note that all of them share is said once, and of a button that is off no effect is told", async () => {
    const note = "Automatic pull is off";
    const fields = [
      { ...jobTitle, note },
      { ...jobTitle, field: "city", label: "City", note },
    ];
    const push = { ...view().push, allowed: false, reason: "It waits" };
    const card = await cardShowing(waitingToPull({ fields, push }));
    expect(card.part("differences")).toMatch(
      /^Differences \(2\) \| Automatic pull is off\. \| Job title/,
    );
    expect(card.part("difference-city")).toBe(
      "City changed in HubSpot | HubSpot | Chief engineer | Orbit | Engineer | " +
        "Pull writes “Chief engineer” to Orbit.",
    );
  });

  test("a blank reads as empty, a clearing says so, and one effect of both buttons is said once", async () => {
    const cleared = { writes: "hubspot", value: null, reason: "" } as const;
    const parked = {
      writes: "nothing",
      value: null,
      reason: "HubSpot refused “+0”",
    } as const;
    const fields = [
      { ...jobTitle, workspace: null, onPush: cleared },
      {
        ...jobTitle,
        field: "phone",
        label: "Phone",
        state: "parked",
        note: "Not a phone number",
        onPull: parked,
        onPush: parked,
      },
    ] as const;
    const card = await cardShowing(waitingToPull({ fields: [...fields] }));
    expect(card.part("difference-job_title")).toContain(
      "HubSpot | Chief engineer | Orbit | empty",
    );
    expect(card.part("difference-job_title")).toContain(
      "Push clears the value in HubSpot.",
    );
    expect(card.part("difference-phone")).toContain("Phone rejected value");
    expect(card.part("difference-phone")).toContain(
      "Not a phone number. | Pull or Push changes nothing. HubSpot refused “+0”.",
    );
  });

  test("many differences: five at first, all on request, and how many there are beyond", async () => {
    const fields = Array.from({ length: 7 }, (_, n) => ({
      ...jobTitle,
      field: `f${n}`,
      label: `Field ${n}`,
    }));
    const card = await cardShowing(waitingToPull({ fields, moreFields: 4 }));
    expect(card.part("differences")).toContain("Differences (11)");
    expect(card.part("difference-f4")).not.toBeNull();
    expect(card.part("difference-f5")).toBeNull();
    expect(card.part("show-all")).toBe("Show 2 more fields");
    card.click("show-all");
    await card.says("Field 6");
    expect(card.part("differences")).toContain("4 more fields not shown here.");
  });

  test("possible duplicates: one quiet line, with a link to each that HubSpot holds", async () => {
    const url = "https://app.hubspot.com/contacts/1000001/record/0-2/77";
    const card = await cardShowing(
      view({
        duplicates: [
          { id: "7f", name: "Acme", url },
          { id: "80", name: "Acme GmbH", url: null },
        ],
      }),
    );
    expect(card.part("duplicates")).toBe(
      "Possibly the same as Acme, Acme GmbH (in Orbit). If they're the same, merge them in HubSpot: open the one to keep, then click Actions and Merge.",
    );
    expect(card.props("duplicate-7f")["href"]).toBe(url);
    expect(card.part("problem")).toBeNull();
    const alone = await cardShowing(view());
    expect(alone.part("duplicates")).toBeNull();
  });

  test("not synced: what is missing is said once, and Pull is offered", async () => {
    const reason = "This contact hasn't been pulled into Orbit";
    const pull = {
      ...view().pull,
      creates: true,
      summary: "Creates a record with 6 values",
    };
    const card = await cardShowing(
      view({
        status: "not_synced",
        code: "new",
        reason,
        record: null,
        lastPull: null,
        lastPush: null,
        pull,
        push: { ...view().push, allowed: false, reason: "Nothing to push" },
        fields: [
          { ...jobTitle, workspace: null, state: "differs" },
          {
            ...jobTitle,
            field: "city",
            label: "City",
            workspace: null,
            hubspot: "Oslo",
            state: "differs",
            onPull: {
              writes: "nothing",
              value: null,
              reason: "The mapping goes one way",
            },
          },
        ],
      }),
    );
    expect(card.part("status")).toBe("Not synced");
    expect(card.part("differences")).toBe(
      "Only in HubSpot (2) | Job title | Chief engineer | City | Oslo | Pull changes nothing. The mapping goes one way.",
    );
    expect(card.part("empty")).toBe(`Not in Orbit | ${reason}.`);
    expect(card.part("reason")).toBeNull();
    expect(card.part("last")).toBeNull();
    expect(card.part("pull-says")).toBe(
      "Pull from HubSpot: Creates a record with 6 values.",
    );
    expect(card.props("pull")["disabled"]).toBe(false);
  });

  test("not connected: why, and one sentence for both buttons on what would help", async () => {
    const off = {
      allowed: false,
      code: "token_revoked",
      reason: "HubSpot ended the connection",
      remedy: "An admin can reconnect it",
    };
    const card = await cardShowing(
      view({
        status: "disconnected",
        code: "token_revoked",
        reason: "HubSpot ended the connection on Monday",
        sync: { ...view().sync, ...off },
        pull: { ...view().pull, ...off },
        push: { ...view().push, ...off },
      }),
    );
    expect(card.part("status")).toBe("Disconnected");
    expect(card.part("banner")).toBe(
      "Counterpart is disconnected | HubSpot ended the connection on Monday. Sync has stopped. Links and settings are kept.",
    );
    expect(card.part("reason")).toBeNull();
    expect(card.part("sync-pull-push-says")).toBe(
      "HubSpot ended the connection. An admin can reconnect it.",
    );
    expect(card.part("pull-says")).toBeNull();
    expect([
      card.props("pull")["disabled"],
      card.props("push")["disabled"],
    ]).toEqual([true, true]);
  });

  test("one button that cannot be used says why, and what would make it possible", async () => {
    const push = {
      ...view().push,
      allowed: false,
      code: "no_email",
      reason: "It has no email",
      remedy: "Add an email in Orbit",
    };
    const card = await cardShowing(view({ push }));
    expect(card.props("push")["disabled"]).toBe(true);
    expect(card.part("push-says")).toBe(
      "Push to HubSpot: It has no email. Add an email in Orbit.",
    );
    expect(card.props("pull")["disabled"]).toBe(false);
  });

  test("setting up: when automatic sync starts", async () => {
    const setup = { endsAt: minutesAgo(-150.5), progress: null };
    const card = await cardShowing(
      view({ status: "setting_up", code: "setup_window", setup }),
    );
    expect(card.part("status")).toBe("Setting up");
    expect(card.part("banner")).toContain(
      `Sync starts ${dateAndTime(setup.endsAt, "en-us")} | Both sides`,
    );
    expect(card.part("reason")).toBeNull();
  });

  test("setting up: the first pull's progress, which the card looks after a bounded number of times", async () => {
    const first = { status: "setting_up", code: "first_pull_running" } as const;
    const card = await cardShowing(
      view({
        ...first,
        setup: { endsAt: null, progress: { done: 1200, total: 4000 } },
      }),
    );
    expect(card.part("setup")).toBe("First pull | 1,200 of 4,000");
    (await card.question(2)).answer(
      view({
        ...first,
        setup: { endsAt: null, progress: { done: 1300, total: null } },
      }),
    );
    await card.says("First pull: 1,300 so far");
    for (const done of [3, 4, 5]) {
      const asked = await card.question(done);
      if (done === 5) await fakeClock();
      asked.answer(
        view({
          ...first,
          setup: { endsAt: null, progress: { done, total: 9 } },
        }),
      );
    }
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(card.part("setup")).toBe("First pull | 5 of 9");
    expect(card.questions).toHaveLength(5);
  });

  test("a problem: cause, fix, since when, and Retry", async () => {
    const problem = {
      ...plainProblem,
      id: "a1",
      code: "domain_conflict",
      cause: "Another company has the domain acme.test",
      fix: "Change the domain or merge the two",
      since: minutesAgo(120),
      attempts: 3,
      correlationId: "5a1c",
      retry: { allowed: true, reason: null },
    };
    const card = await cardShowing(
      view({ status: "problem", code: "domain_conflict", problem }),
    );
    expect(card.part("status")).toBe("Problem");
    expect(card.part("problem")).toBe(
      "Another company has the domain acme.test | Change the domain or merge the two. | " +
        "First seen 2 hours ago, tried 3 times. For HubSpot's support: 5a1c. | Retry",
    );
    expect(card.props("retry")["disabled"]).toBe(false);
  });

  test("a Retry that cannot be used says why", async () => {
    const retry = { allowed: false, reason: "Somebody else is on it" };
    const problem = {
      ...plainProblem,
      id: "a1",
      code: "x",
      cause: "C",
      fix: "F",
      since: minutesAgo(1),
      attempts: 1,
      correlationId: null,
      retry,
    };
    const card = await cardShowing(view({ status: "problem", problem }));
    expect(card.props("retry")["disabled"]).toBe(true);
    expect(card.part("retry-reason")).toBe("Somebody else is on it.");
  });

  test("something held: both values, what they were, the choice, and not a second time among the differences", async () => {
    const held = [
      {
        id: "h1",
        field: "job_title",
        label: "Job title",
        base: { workspace: "Clerk", hubspot: "Clerk" },
        workspace: "Engineer",
        hubspot: "Chief engineer",
      },
    ];
    const fields = [{ ...jobTitle, state: "held" as const }];
    const card = await cardShowing(
      view({ status: "held", code: "conflict_held", held, fields }),
    );
    expect(card.part("status")).toBe("Conflict");
    expect(card.part("held")).toContain("1 conflict to resolve");
    expect(card.part("held-h1")).toBe(
      "Job title | HubSpot | Chief engineer | Orbit | Engineer | Last in sync: “Clerk”. | " +
        "Pull writes “Chief engineer” to Orbit. | Push changes nothing. Only HubSpot changed. | " +
        "Use HubSpot's Job title | Use Orbit's Job title",
    );
    expect(card.part("differences")).toBeNull();
  });

  test.each([
    [
      { workspace: null, hubspot: null },
      "These values have never been in sync.",
    ],
    [
      { workspace: "A", hubspot: "a" },
      "Last in sync: “A” in Orbit and “a” in HubSpot.",
    ],
  ])("what a held value was before: %o", async (base, sentence) => {
    const held = [
      {
        id: "h1",
        field: "city",
        label: "City",
        base,
        workspace: "x",
        hubspot: "y",
      },
    ];
    const card = await cardShowing(view({ status: "held", held }));
    expect(card.part("held-h1")).toContain(sentence);
  });

  test("what happened lately: when, by whom, why, and the values before and after", async () => {
    const changes = Array.from({ length: 6 }, (_, n) => ({
      field: `f${n}`,
      label: `Field ${n}`,
      side: "workspace" as const,
      before: null,
      after: "new",
    }));
    const entry = {
      id: "j1",
      at: minutesAgo(3000),
      action: "update_record",
      source: "schedule",
      by: "schedule",
      reason: "Only HubSpot changed",
      changes,
    };
    const card = await cardShowing(view({ journal: [entry] }));
    expect(card.part("entry-j1")).toContain(
      "Update record 2 days ago on schedule | Only HubSpot changed. | Field 0 in Orbit: empty → new",
    );
    expect(card.part("entry-j1")).toContain("and 1 more value");
  });

  test("another object on the same page starts afresh, and the answer about the first one is dropped", async () => {
    const card = openCard();
    const first = await card.question(1);
    card.visit(502);
    const second = await card.question(2);
    expect(second.url.searchParams.get("objectId")).toBe("502");
    second.answer(waitingToPull());
    await card.says("Changes pending");
    first.answer(view());
    await new Promise((resolve) => setImmediate(resolve));
    expect(card.part("status")).toBe("Changes pending");
  });
});
