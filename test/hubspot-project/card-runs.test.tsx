import { describe, expect, test } from "vitest";
import { cardShowing, ORIGIN, soon } from "./card-on-a-page.tsx";
import type { OpenCard } from "./card-on-a-page.tsx";
import type { Change } from "../../hubspot-project/src/app/cards/sync-view.ts";
import { contacts, run, view } from "./sample-views.ts";

const company = (some = {}) =>
  view({
    objectType: "company",
    push: { ...view().push, children: contacts(12) },
    ...some,
  });

const city: Change = {
  field: "city",
  label: "City",
  side: "hubspot",
  before: "Boston",
  after: "Rome",
};

/** A company card whose Push became a run; its next request is the card's third. */
async function pushThatRuns(changes: Change[] = []): Promise<OpenCard> {
  const card = await cardShowing(company());
  card.trigger("with-contacts", "onChange", true);
  await soon(() => expect(card.props("with-contacts")["checked"]).toBe(true));
  card.click("push");
  const running = {
    result: "running",
    runId: "run-1",
    message: "13 records are being pushed",
    changes,
  };
  (await card.question(2)).answer({
    ...running,
    view: company({ run: { id: "run-1", state: "running" } }),
  });
  return card;
}

describe("a press that becomes a run", () => {
  test("is followed to its end, with progress, and then shows what came of it", async () => {
    const card = await pushThatRuns([city]);
    await card.says("In progress…");
    expect(card.part("run-progress")).toContain("13 records are being pushed.");
    expect(card.props("push")["loading"]).toBe(true);
    const first = await card.question(3);
    expect(first.url.href).toBe(`${ORIGIN}/ui/card/run?runId=run-1`);
    expect(first.method).toBe("GET");
    first.answer(run("running", { requested: 13, created: 4, unchanged: 1 }));
    await card.says("5 of 13");
    card.click("push");
    card.click("pull");
    (await card.question(4)).answer(
      run("done", { requested: 13, created: 11, unchanged: 2 }),
    );
    (await card.question(5)).answer(company());
    await card.alerted("Pushed to HubSpot");
    expect(card.alerts()).toEqual([
      "success: Pushed to HubSpot | Of its 13 contacts: 11 created, 2 already in sync.",
    ]);
    expect(card.part("notice")).toBeNull();
    expect(card.part("run-progress")).toBeNull();
    expect(card.props("push")["loading"]).toBe(false);
    expect(card.page.mocks.actions.refreshObjectProperties.callCount).toBe(1);
    expect(
      card.questions.filter(({ method }) => method === "POST"),
    ).toHaveLength(1);
  });

  test("is followed by the next one, where children of two types are pushed", async () => {
    const deals = {
      type: "deal" as const,
      count: 2,
      changed: 0,
      named: [],
      more: 0,
    };
    const both = company({
      push: { ...view().push, children: [...contacts(12), deals] },
    });
    const card = await cardShowing(both);
    card.trigger("with-contacts", "onChange", true);
    card.trigger("with-deals", "onChange", true);
    await soon(() => expect(card.props("with-deals")["checked"]).toBe(true));
    card.click("push");
    (await card.question(2)).answer({
      result: "running",
      runId: "run-1",
      runs: [
        { type: "contact", runId: "run-1" },
        { type: "deal", runId: "run-2" },
      ],
      message: "Its 12 contacts and 2 deals are being pushed",
      changes: [],
      view: both,
    });
    (await card.question(3)).answer(
      run("done", { requested: 12, unchanged: 12 }),
    );
    const second = await card.question(4);
    expect(second.url.href).toBe(`${ORIGIN}/ui/card/run?runId=run-2`);
    second.answer(run("done", { requested: 2, created: 1, failed: 1 }));
    (await card.question(5)).answer(both);
    await card.says("Finished, but some items need attention");
    expect(card.part("notice")).toContain(
      "Of its 12 contacts: 12 already in sync.",
    );
    expect(card.part("notice")).toContain(
      "Of its 2 deals: 1 created, 1 failed.",
    );
  });

  test("that leaves something for a person says so", async () => {
    const card = await pushThatRuns();
    (await card.question(3)).answer(
      run("done", { requested: 13, updated: 10, held: 1, failed: 2 }),
    );
    (await card.question(4)).answer(company({ status: "problem" }));
    await card.says("Finished, but some items need attention");
    expect(card.part("notice")).toContain(
      "10 updated, 1 with conflicts, 2 failed.",
    );
    expect(card.part("status")).toBe("Problem");
  });

  test("that pauses says why and goes on being followed; one that fails says so", async () => {
    const card = await pushThatRuns();
    (await card.question(3)).answer(
      run(
        "paused",
        { requested: 13, created: 4 },
        "HubSpot asked us to slow down",
      ),
    );
    await card.says("HubSpot asked us to slow down.");
    expect(card.part("run-progress")).toContain("Paused");
    (await card.question(4)).answer(
      run(
        "failed",
        { requested: 13, created: 4 },
        "The connection to HubSpot ended",
      ),
    );
    (await card.question(5)).answer(company());
    await card.says("Stopped before finishing");
    expect(card.part("notice")).toContain(
      "The connection to HubSpot ended. Of its 4 contacts: 4 created.",
    );
  });

  test("that goes on for very long is looked after a bounded number of times", async () => {
    const card = await pushThatRuns();
    for (const n of [3, 4, 5, 6])
      (await card.question(n)).answer(
        run("running", { requested: 5000, created: n }),
      );
    const last = await card.question(7);
    expect(last.url.pathname).toBe("/ui/card");
    last.answer(company({ run: { id: "run-1", state: "running" } }));
    await card.says("Still in progress");
    expect(card.part("notice")).toContain("Refresh to see progress.");
    expect(card.props("push")["disabled"]).toBe(false);
  });

  test("is followed by the run that was queued behind it", async () => {
    const card = await pushThatRuns();
    (await card.question(3)).answer(run("done", { requested: 1, updated: 1 }));
    (await card.question(4)).answer(
      company({ run: { id: "run-2", state: "queued" } }),
    );
    const second = await card.question(5);
    expect(second.url.href).toBe(`${ORIGIN}/ui/card/run?runId=run-2`);
    expect(card.alerts()).toHaveLength(1);
    second.answer(run("done", { requested: 1, updated: 1 }));
    (await card.question(6)).answer(company());
    await soon(() => expect(card.part("run-progress")).toBeNull());
    expect(card.alerts()).toHaveLength(1);
    expect(card.props("push")["disabled"]).toBe(false);
  });

  test("survives a look that fails, and gives up where the server knows no such run", async () => {
    const card = await pushThatRuns();
    (await card.question(3)).fail();
    (await card.question(4)).answer({ title: "Unknown run", status: 404 }, 404);
    (await card.question(5)).answer(company());
    await card.says("Couldn't load progress");
  });

  test("keeps its result when the last view does not come", async () => {
    const card = await pushThatRuns();
    (await card.question(3)).answer(
      run("done", { requested: 1, unchanged: 1 }),
    );
    (await card.question(4)).fail();
    await card.alerted("1 already in sync.");
    expect(card.page.mocks.actions.refreshObjectProperties.called).toBe(false);
  });

  test("whose first write changed the object has HubSpot show its new values, whatever the run did", async () => {
    const card = await pushThatRuns([city]);
    (await card.question(3)).answer(
      run("done", { requested: 1, unchanged: 1 }),
    );
    (await card.question(4)).answer(company());
    await card.alerted("Pushed to HubSpot");
    expect(card.page.mocks.actions.refreshObjectProperties.called).toBe(true);
  });
});

describe("a run that was under way already", () => {
  test("is followed without taking the buttons, and its end brings a fresh view", async () => {
    const card = await cardShowing(
      company({
        status: "changes_waiting",
        run: { id: "run-1", state: "queued" },
      }),
    );
    await card.says("In progress…");
    expect(card.props("push")).toMatchObject({
      loading: false,
      disabled: false,
    });
    (await card.question(2)).answer(run("queued"));
    await card.says("Queued…");
    (await card.question(3)).answer(run("done", { requested: 3, updated: 3 }));
    (await card.question(4)).answer(company({ version: "v9" }));
    await card.says("In sync");
    expect(card.part("notice")).toBeNull();
    card.click("push");
    expect((await card.question(5)).body).toMatchObject({ version: "v9" });
  });

  test("gives way to a press", async () => {
    const card = await cardShowing(
      company({ run: { id: "run-1", state: "running" } }),
    );
    const look = await card.question(2);
    card.click("pull");
    const asked = await card.question(3);
    look.answer(run("done", { requested: 1, updated: 1 }));
    asked.answer({
      result: "refused",
      code: "claimed",
      message: "A run has this company in hand",
      remedy: null,
      view: company(),
    });
    await card.alerted("A run has this company in hand.");
    expect(card.questions).toHaveLength(3);
  });

  test("that ends while a press is made leaves the last word to the press", async () => {
    const card = await cardShowing(
      company({ run: { id: "run-1", state: "running" } }),
    );
    (await card.question(2)).answer(
      run("done", { requested: 1, unchanged: 1 }),
    );
    const late = await card.question(3);
    card.click("pull");
    (await card.question(4)).answer({
      result: "changed",
      message: "It moved on",
      view: company({ status: "held" }),
    });
    await card.alerted("No changes were made");
    late.answer(company());
    await new Promise((resolve) => setImmediate(resolve));
    expect(card.part("status")).toBe("Conflict");
    expect(card.alerts()[0]).toContain("It moved on.");
  });
});
