import { describe, expect, test } from "vitest";
import { cardShowing, ORIGIN, soon } from "./card-on-a-page.tsx";
import {
  contacts,
  done,
  jobTitle,
  minutesAgo,
  nothingToDo,
  plainProblem,
  view,
  waitingToPull,
} from "./sample-views.ts";

const long = "A long story. ".repeat(20);
const arabic = "مرحبا";
const isolate = (value: string) => `\u2068${value}\u2069`;

describe("7-B5 values", () => {
  test("each is isolated wherever it stands, so that none turns its surroundings around", async () => {
    const held = {
      id: "h1",
      field: "city",
      label: "City",
      base: { workspace: arabic, hubspot: arabic },
      workspace: arabic,
      hubspot: arabic,
    };
    const change = {
      field: "city",
      label: "City",
      side: "hubspot" as const,
      before: "x",
      after: arabic,
    };
    const card = await cardShowing(
      waitingToPull({
        fields: [
          {
            ...jobTitle,
            hubspot: arabic,
            onPull: { ...jobTitle.onPull, value: arabic },
            note: `HubSpot kept "${arabic}"`,
          },
        ],
        held: [held],
        pull: {
          ...view().pull,
          undoes: [
            { field: "city", label: "City", before: arabic, after: "y" },
          ],
        },
        problem: {
          ...plainProblem,
          id: "p",
          code: "x",
          cause: `HubSpot kept "${arabic}".`,
          fix: `Change “${arabic}”.`,
          since: minutesAgo(1),
          attempts: 1,
          correlationId: null,
          retry: { allowed: true, reason: null },
        },
        duplicates: [{ id: "d", name: arabic, url: null }],
        journal: [
          {
            id: "j1",
            at: minutesAgo(1),
            action: "updated",
            source: "card",
            by: "card",
            reason: "",
            changes: [change],
          },
        ],
      }),
    );
    for (const part of [
      "difference-job_title",
      "held-h1",
      "confirm-pull",
      "problem",
      "fix",
      "duplicates",
      "entry-j1",
    ]) {
      const text = card.marked(part);
      expect(text, part).toContain(isolate(arabic));
      expect(text.replaceAll(isolate(arabic), ""), part).not.toContain(arabic);
    }
    expect(card.marked("entry-j1")).toContain(
      `${isolate("x")} → ${isolate(arabic)}`,
    );
  });

  test("a long one is cut between two letters, and no button offers to show a short one whole", async () => {
    const family = "👩‍👩‍👧‍👦";
    const fields = [
      { ...jobTitle, hubspot: family.repeat(200), workspace: "short" },
      { ...jobTitle, field: "city", label: "City" },
    ];
    const card = await cardShowing(waitingToPull({ fields }));
    expect(card.part("difference-job_title")).toContain(
      `HubSpot | ${family.repeat(119)}… | Orbit | short`,
    );
    expect(card.part("show-whole-job_title")).toBe("Show all of Job title");
    expect(card.part("show-whole-city")).toBeNull();
  });

  test("a long one can be read whole, in a panel that is filled when it opens", async () => {
    const card = await cardShowing(
      waitingToPull({
        fields: [{ ...jobTitle, hubspot: `${long.slice(0, 249)}…` }],
      }),
    );
    card.click("show-whole-job_title");
    const asked = await card.question(2);
    expect(asked.url.href).toBe(
      `${ORIGIN}/ui/card/value?objectTypeId=0-1&objectId=501&field=job_title`,
    );
    expect(card.part("whole-job_title")).toContain("Loading values…");
    asked.fail();
    await soon(() =>
      expect(card.part("whole-job_title")).toContain(
        "Couldn't load the values",
      ),
    );
    card.click("load-whole-again");
    (await card.question(3)).answer({
      field: "job_title",
      label: "Job title",
      workspace: null,
      hubspot: long,
    });
    await soon(() =>
      expect(card.part("whole-job_title")).toBe(
        `Job title | HubSpot | ${long} | Orbit | empty`,
      ),
    );
  });

  test("opened again, the panel drops the answer to its earlier opening", async () => {
    const card = await cardShowing(
      waitingToPull({ fields: [{ ...jobTitle, hubspot: long }] }),
    );
    card.click("show-whole-job_title");
    const late = await card.question(2);
    card.click("show-whole-job_title");
    const whole = { field: "job_title", label: "Job title", workspace: null };
    (await card.question(3)).answer({ ...whole, hubspot: "newer" });
    await soon(() => expect(card.part("whole-job_title")).toContain("newer"));
    late.answer({ ...whole, hubspot: "older" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(card.part("whole-job_title")).toContain("newer");
  });
});

const problemOf = (field: string) => ({
  ...plainProblem,
  id: field,
  field,
  code: "x",
  cause: `Cause of ${field}`,
  fix: "Fix",
  since: minutesAgo(1),
  attempts: 1,
  correlationId: null,
  retry: { allowed: true, reason: null },
});

describe("7-B5 buttons that do the same to different things have different names", () => {
  test("of several problems and conflicts", async () => {
    const held = ["Phone", "City"].map((label) => ({
      id: label,
      field: label,
      label,
      base: { workspace: null, hubspot: null },
      workspace: "1",
      hubspot: "2",
    }));
    const problems = [problemOf("job_title"), { ...problemOf(""), id: "b" }];
    const card = await cardShowing(
      waitingToPull({ problem: problems[0] ?? null, problems, held }),
    );
    expect(card.part("retry")).toBe("Retry Job title");
    expect(card.part("retry-b")).toBe("Retry problem 2");
    expect(card.part("keep-hubspot-Phone")).toBe("Use HubSpot's Phone");
    expect(card.part("keep-workspace-City")).toBe("Use Orbit's City");
  });
});

describe("7-B6 what is said", () => {
  test("a problem's cause isn't the status' reason as well, nor the reason of three buttons", async () => {
    const cause = "Another contact has this email.";
    const fix = "Change one of the two.";
    const off = { allowed: false, code: "x", reason: cause, remedy: fix };
    const card = await cardShowing(
      view({
        status: "problem",
        reason: `${cause} Last known: in sync.`,
        sync: { ...view().sync, ...off },
        pull: { ...view().pull, ...off },
        push: { ...view().push, ...off },
        problem: {
          ...plainProblem,
          id: "p",
          code: "x",
          cause,
          fix,
          since: minutesAgo(1),
          attempts: 1,
          correlationId: null,
          retry: { allowed: true, reason: null },
        },
      }),
    );
    expect(card.part("reason")).toBe("Last known: in sync.");
    expect(card.words().split(cause)).toHaveLength(2);
    expect(card.words().split(fix)).toHaveLength(2);
    expect(card.part("actions-say")).toBeNull();
  });

  test("buttons with nothing to do are disabled and say so, once", async () => {
    const card = await cardShowing(
      view({
        reason: "Both sides are in sync.",
        sync: { ...view().sync, ...nothingToDo("sync") },
        pull: { ...view().pull, ...nothingToDo("pull") },
        push: { ...view().push, ...nothingToDo("push") },
      }),
    );
    for (const name of ["sync", "pull", "push"])
      expect(card.props(name)["disabled"]).toBe(true);
    expect(card.part("sync-pull-push-says")).toBe("Nothing to do.");
  });

  test("several conflicts are listed, and neither the first of them nor their number is said as well", async () => {
    const held = ["Phone", "City"].map((label) => ({
      id: label,
      field: label,
      label,
      base: { workspace: null, hubspot: null },
      workspace: "1",
      hubspot: "2",
    }));
    const shown = view({
      status: "held",
      reason: "Both sides changed Phone. Choose a value to keep.",
      held,
      sync: {
        ...view().sync,
        ...nothingToDo("sync", "2 conflicts to resolve"),
      },
    });
    const card = await cardShowing(shown);
    expect(card.part("reason")).toBeNull();
    expect(card.words().split("2 conflicts to resolve")).toHaveLength(2);
    const one = await cardShowing({ ...shown, held: held.slice(0, 1) });
    expect(one.part("reason")).toContain("Both sides changed Phone.");
  });

  test("a sync that only left conflicts isn't reported as synced", async () => {
    const card = await cardShowing(view());
    card.click("sync");
    (await card.question(2)).answer(
      done({
        message: "Both sides changed Phone. Choose a value to keep.",
        view: view({
          status: "held",
          held: [
            {
              id: "h",
              field: "phone",
              label: "Phone",
              base: { workspace: null, hubspot: null },
              workspace: "1",
              hubspot: "2",
            },
          ],
        }),
      }),
    );
    await card.alerted("warning: Conflicts to resolve");
  });

  test("notes that fields share are said once, and what a problem says of its field not at all", async () => {
    const fields = ["a", "b", "c", "d"].map((field) => ({
      ...jobTitle,
      field,
      label: field,
      note: field < "c" ? "Automatic pull is off" : `Note of ${field}`,
    }));
    const card = await cardShowing(
      waitingToPull({ fields, problems: [problemOf("d")] }),
    );
    expect(card.words().split("Automatic pull is off.")).toHaveLength(2);
    expect(card.part("difference-c")).toContain("Note of c.");
    expect(card.part("difference-d")).not.toContain("Note of d");
  });

  test("two buttons that would do the same share a sentence", async () => {
    const summary = "Pulls 1 value from HubSpot";
    const card = await cardShowing(
      view({
        sync: { ...view().sync, summary },
        pull: { ...view().pull, summary },
        push: {
          ...view().push,
          ...nothingToDo("push", "nothing changed in Orbit"),
        },
      }),
    );
    expect(card.part("actions-say")).toBe(
      "Sync now or Pull from HubSpot: Pulls 1 value from HubSpot. | " +
        "Push to HubSpot: Nothing to do. Nothing changed in Orbit.",
    );
    expect(card.props("push")["disabled"]).toBe(true);
    expect(card.props("pull")["disabled"]).toBe(false);
  });

  test("a push with nothing to do is possible once contacts with changes, or a company, are ticked", async () => {
    const push = { ...view().push, ...nothingToDo("push") };
    const company = await cardShowing(
      view({
        objectType: "company",
        push: {
          ...push,
          children: contacts(3, { changed: 2 }),
        },
      }),
    );
    expect(company.props("push")["disabled"]).toBe(true);
    company.trigger("with-contacts", "onChange", true);
    await soon(() => expect(company.props("push")["disabled"]).toBe(false));
    const contact = await cardShowing(
      view({
        push: {
          ...push,
          company: { name: "Acme", missing: true, choice: "never" },
        },
      }),
    );
    expect(contact.props("push")["disabled"]).toBe(true);
    contact.trigger("with-company", "onChange", true);
    await soon(() => expect(contact.props("push")["disabled"]).toBe(false));
  });

  test("a question lists five lines at most and counts the rest", async () => {
    const undoes = Array.from({ length: 25 }, (_, n) => ({
      field: `f${n}`,
      label: `Field ${n}`,
      before: "1",
      after: "2",
    }));
    const card = await cardShowing(
      view({ pull: { ...view().pull, undoes, moreUndoes: 17 } }),
    );
    expect(card.part("confirm-pull")).toContain("Field 4: 1 → 2 | and 37 more");
    expect(card.part("confirm-pull")).not.toContain("Field 5");
  });

  test("a disconnected account: since when, and that nothing is lost", async () => {
    const card = await cardShowing(
      view({
        status: "disconnected",
        code: "disconnected",
        reason: "HubSpot isn't connected.",
        lastKnown: { status: "in_sync", at: "2026-11-02T09:30:00Z" },
      }),
    );
    expect(card.part("banner")).toMatch(
      /^Counterpart is disconnected \| Nothing has been synced since Nov 2, 2026, .* Links and settings are kept\.$/,
    );
  });
});
