import { describe, expect, test } from "vitest";
import { cardShowing, ORIGIN, soon } from "./card-on-a-page.tsx";
import type { SyncView } from "../../hubspot-project/src/app/cards/sync-view.ts";
import {
  contacts,
  done,
  jobTitle,
  plainProblem,
  view,
  waitingToPull,
} from "./sample-views.ts";

const pulled = {
  field: "job_title",
  label: "Job title",
  side: "workspace",
  before: "Engineer",
  after: "Chief engineer",
} as const;
const pushed = {
  ...pulled,
  side: "hubspot",
  before: "Chief engineer",
  after: "Engineer",
} as const;
const asUsual = (choice: "if-missing" | "always" | "never") => ({
  ...view().push,
  company: { name: "Acme", missing: true, choice },
});

describe("Pull", () => {
  test("sends the version that was shown and an id of its own, and shows what changed and how things stand", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    const asked = await card.question(2);
    expect(asked).toMatchObject({ method: "POST", timeout: 15_000 });
    expect(asked.url.href).toBe(`${ORIGIN}/ui/card/pull`);
    expect(asked.body).toEqual({
      objectTypeId: "0-1",
      objectId: "501",
      version: "v2",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    await card.says("Pulling…");
    expect(card.props("pull")["loading"]).toBe(true);
    expect([
      card.props("push")["disabled"],
      card.props("refresh")["disabled"],
    ]).toEqual([true, true]);

    asked.answer(
      done({
        changes: [pulled],
        objectUrl: "https://app.hubspot.com/contacts/1/record/0-1/501",
      }),
    );
    await card.alerted("Pulled from HubSpot");
    expect(card.alerts()).toEqual([
      "success: Pulled from HubSpot | 1 value was pulled.",
    ]);
    expect(card.part("notice")).toBeNull();
    expect(card.part("status")).toBe("In sync");
    expect(card.props("pull")).toMatchObject({
      loading: false,
      resultIconName: "success",
    });
    expect(card.page.mocks.actions.refreshObjectProperties.called).toBe(false);
  });

  test("pressed again while the first press is under way, nothing more is sent", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    card.click("pull");
    card.click("push");
    card.click("refresh");
    (await card.question(2)).answer(done());
    await card.alerted("Pulled from HubSpot");
    expect(card.questions).toHaveLength(2);
  });

  test("each press has an id of its own", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    (await card.question(2)).answer(done());
    await card.alerted("Pulled from HubSpot");
    card.click("pull");
    const [first, second] = [await card.question(2), await card.question(3)];
    expect(second.body?.["requestId"]).not.toBe(first.body?.["requestId"]);
    expect(second.body?.["version"]).toBe("v1");
  });

  test("what was shown is no longer true: the new preview is shown, and that nothing was carried out", async () => {
    const card = await cardShowing(view());
    card.click("pull");
    (await card.question(2)).answer({
      result: "changed",
      message: "HubSpot changed in the meantime",
      view: waitingToPull(),
    });
    await card.alerted("No changes were made");
    expect(card.alerts()).toEqual([
      "warning: No changes were made | HubSpot changed in the meantime. Review the values, then try again.",
    ]);
    expect(card.part("difference-job_title")).not.toBeNull();
    expect(card.props("pull")).toMatchObject({
      loading: false,
      disabled: false,
      resultIconName: "warning",
    });
  });

  test("a refusal says why and what would help", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    const refusal = {
      result: "refused",
      code: "claimed",
      message: "A sync of this contact is under way",
      remedy: "Try again in a minute",
    };
    (await card.question(2)).answer({ ...refusal, view: waitingToPull() });
    await card.alerted("Couldn't complete the action");
    expect(card.alerts()).toEqual([
      "warning: Couldn't complete the action | A sync of this contact is under way. Try again in a minute.",
    ]);
  });
});

describe("Push", () => {
  test("a push that changed the object has HubSpot show its new values", async () => {
    const card = await cardShowing(view());
    card.click("push");
    (await card.question(2)).answer(
      done({ message: "1 value was pushed", changes: [pushed] }),
    );
    await card.alerted("Pushed to HubSpot");
    expect(card.page.mocks.actions.refreshObjectProperties.callCount).toBe(1);
  });

  test.each([
    ["if-missing", true, "never"],
    ["always", true, "never"],
    ["never", false, "if-missing"],
  ] as const)(
    "a company that HubSpot lacks, with the usual choice %s: ticked is %s, and can be changed",
    async (choice, ticked, other) => {
      const shown = view({ push: asUsual(choice) });
      const card = await cardShowing(shown);
      expect(card.part("with-company")).toBe("Also create Acme in HubSpot");
      expect(card.props("with-company")["checked"]).toBe(ticked);
      card.click("push");
      const first = await card.question(2);
      expect(first.body).toMatchObject({ company: choice });
      expect(first.body).not.toHaveProperty("contacts");
      first.answer(done({ view: shown }));
      await card.alerted("Pushed to HubSpot");
      card.trigger("with-company", "onChange", !ticked);
      await soon(() =>
        expect(card.props("with-company")["checked"]).toBe(!ticked),
      );
      card.click("push");
      expect((await card.question(3)).body).toMatchObject({ company: other });
    },
  );

  test("7-B6 a company that HubSpot has already leaves nothing to choose", async () => {
    const push = asUsual("if-missing");
    const card = await cardShowing(
      view({ push: { ...push, company: { ...push.company, missing: false } } }),
    );
    expect(card.part("with-company")).toBeNull();
    card.click("push");
    expect((await card.question(2)).body).not.toHaveProperty("company");
  });

  test("a company's contacts go along only when the person says so", async () => {
    const push = { ...view().push, children: contacts(1234) };
    const card = await cardShowing(view({ objectType: "company", push }));
    expect(card.part("with-contacts")).toBe(
      "Also push its 1,234 contacts (0 with changes)",
    );
    card.click("push");
    const first = await card.question(2);
    expect(first.body).toMatchObject({ objectTypeId: "0-2", contacts: false });
    first.answer(done({ view: view({ objectType: "company", push }) }));
    await card.alerted("Pushed to HubSpot");
    card.trigger("with-contacts", "onChange", true);
    await soon(() => expect(card.props("with-contacts")["checked"]).toBe(true));
    card.click("push");
    expect((await card.question(3)).body).toMatchObject({ contacts: true });
  });

  test("what a server of the previous version says of contacts is understood", async () => {
    const [{ type: _type, ...older } = {}] = contacts(7);
    const push = { ...view().push, children: undefined, contacts: older };
    const card = await cardShowing({
      ...view({ objectType: "company" }),
      push,
    } as unknown as SyncView);
    expect(card.part("with-contacts")).toBe(
      "Also push its 7 contacts (0 with changes)",
    );
    card.trigger("with-contacts", "onChange", true);
    await soon(() => expect(card.props("with-contacts")["checked"]).toBe(true));
    card.click("push");
    expect((await card.question(2)).body).toMatchObject({ contacts: true });
  });

  test("a company without contacts offers no such choice", async () => {
    const card = await cardShowing(
      view({
        objectType: "company",
        push: { ...view().push, children: contacts(0) },
      }),
    );
    expect(card.part("with-contacts")).toBeNull();
    expect(card.part("with-company")).toBeNull();
  });
});

describe("what needs a person", () => {
  test("Retry names the problem and shows what came of it", async () => {
    const retry = { allowed: true, reason: null };
    const problem = {
      ...plainProblem,
      id: "a7",
      code: "x",
      cause: "Refused",
      fix: "Fix it",
      since: new Date().toISOString(),
      attempts: 1,
      correlationId: null,
      retry,
    };
    const card = await cardShowing(view({ status: "problem", problem }));
    card.click("retry");
    const asked = await card.question(2);
    expect(asked.url.pathname).toBe("/ui/card/retry");
    expect(asked.body).toMatchObject({ attentionId: "a7", version: "v1" });
    await soon(() => expect(card.props("retry")["loading"]).toBe(true));
    expect(card.props("pull")["disabled"]).toBe(true);
    asked.answer(done({ message: "It went through", changes: [pushed] }));
    await card.alerted("success: Problem resolved | It went through.");
    expect(card.part("problem")).toBeNull();
  });

  test.each(["workspace", "hubspot"] as const)(
    "the choice to keep the %s value is sent, and settles what was held",
    async (choice) => {
      const held = [
        {
          id: "h1",
          field: "job_title",
          label: "Job title",
          base: { workspace: "C", hubspot: "C" },
          workspace: "A",
          hubspot: "B",
        },
      ];
      const card = await cardShowing(
        view({
          status: "held",
          held,
          fields: [{ ...jobTitle, state: "held" }],
        }),
      );
      card.click(`keep-${choice}-h1`);
      const asked = await card.question(2);
      expect(asked.url.pathname).toBe("/ui/card/resolve");
      expect(asked.body).toMatchObject({ attentionId: "h1", choice });
      await soon(() =>
        expect(card.props(`keep-${choice}-h1`)["loading"]).toBe(true),
      );
      const other = choice === "workspace" ? "hubspot" : "workspace";
      expect(card.props(`keep-${other}-h1`)).toMatchObject({
        loading: false,
        disabled: true,
      });
      asked.answer(done({ message: "Both sides now hold one value" }));
      await card.alerted("Conflict resolved");
      expect(card.part("held")).toBeNull();
    },
  );
});

describe("answers that fail to come", () => {
  test.each([
    ["the connection drops", (asked: { fail: () => void }) => asked.fail()],
    [
      "a proxy answers 502",
      (asked: { answerText: (body: string, status: number) => void }) =>
        asked.answerText("<html>", 502),
    ],
    [
      "HubSpot's proxy answers something else",
      (asked: { answer: (body: unknown) => void }) =>
        asked.answer({ status: "error" }),
    ],
  ])(
    "%s: the outcome is unknown, and Try again sends the very same request",
    async (_what, spoil) => {
      const card = await cardShowing(waitingToPull());
      card.click("pull");
      const first = await card.question(2);
      spoil(first);
      await card.says("You can safely try again: it runs only once.");
      expect(card.props("pull")).toMatchObject({
        loading: false,
        disabled: false,
        resultIconName: "warning",
      });
      card.click("again");
      card.click("pull");
      const second = await card.question(3);
      expect(second.url.href).toBe(first.url.href);
      expect(second.body).toEqual(first.body);
      second.answer(done());
      await card.alerted("Pulled from HubSpot");
      expect(card.questions).toHaveLength(3);
    },
  );

  test("a request that the server turned down is not offered again", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    (await card.question(2)).answer(
      { title: "Not allowed", status: 401, detail: "Reload the page" },
      401,
    );
    await card.alerted("Not allowed");
    expect(card.alerts()).toEqual(["danger: Not allowed | Reload the page."]);
    expect(card.part("notice")).toBeNull();
    expect(card.part("again")).toBeNull();
  });

  test("a refresh that fails keeps what was shown", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("refresh");
    await card.says("Refreshing…");
    (await card.question(2)).fail();
    await card.says("Showing the last known values.");
    expect(card.part("difference-job_title")).not.toBeNull();
    expect(card.part("refresh")).toBe("Refresh");
  });
});

describe("a press that takes long", () => {
  const working = { result: "working", message: "It goes on" };

  test("the card says so and sends the same request again until it is answered, once", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    const first = await card.question(2);
    first.answer(working);
    const second = await card.question(3);
    await card.says("It goes on.");
    expect(card.part("run-progress")).toBe("It goes on. | In progress…");
    expect(card.props("pull")).toMatchObject({ loading: true, disabled: true });
    expect(card.props("push")["disabled"]).toBe(true);
    expect(second.body).toEqual(first.body);
    card.click("push");
    second.answer(done());
    await card.alerted("Pulled from HubSpot");
    expect(card.part("run-progress")).toBeNull();
    expect(card.questions).toHaveLength(3);
  });

  test("asked often enough, the card offers to look again, with the very same request", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    for (const n of [2, 3, 4]) (await card.question(n)).answer(working);
    await card.says("Still in progress");
    expect(card.part("notice")).toBe(
      "Still in progress | It goes on. | Check again",
    );
    expect(card.questions).toHaveLength(4);
    card.click("again");
    const asked = await card.question(5);
    expect(asked.body).toEqual((await card.question(2)).body);
    asked.answer(done());
    await card.alerted("Pulled from HubSpot");
  });

  test("a card that is gone asks no more", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    const asked = await card.question(2);
    await card.close();
    asked.answer(working);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(card.questions).toHaveLength(2);
  });
});

describe("late answers", () => {
  test("a view asked for before a press does not replace what the press brought", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("refresh");
    const late = await card.question(2);
    card.click("pull");
    (await card.question(3)).answer(done());
    await card.alerted("Pulled from HubSpot");
    late.answer(waitingToPull());
    await new Promise((resolve) => setImmediate(resolve));
    expect(card.part("status")).toBe("In sync");
    expect(card.alerts()).toHaveLength(1);
  });

  test("of two refreshes the newer one counts, whichever answers first", async () => {
    const card = await cardShowing(view());
    card.click("refresh");
    card.click("refresh");
    const [older, newer] = [await card.question(2), await card.question(3)];
    newer.answer(waitingToPull());
    await card.says("Changes pending");
    older.answer(view());
    await new Promise((resolve) => setImmediate(resolve));
    expect(card.part("status")).toBe("Changes pending");
  });

  test("an answer for a card that is gone asks HubSpot for nothing", async () => {
    const card = await cardShowing(view());
    card.click("push");
    const late = await card.question(2);
    await card.close();
    late.answer(done({ changes: [pushed] }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(card.page.mocks.actions.refreshObjectProperties.called).toBe(false);
  });
});

describe("edits on HubSpot's page", () => {
  test("an edit on the page brings a fresh view without a spinner, and reports nothing a second time", async () => {
    const card = await cardShowing(waitingToPull());
    card.click("pull");
    (await card.question(2)).answer(done());
    await card.alerted("Pulled from HubSpot");
    const edited = card.page.mocks.actions.onCrmPropertiesUpdate.calls[0];
    expect(edited?.[0]).toBe("*");
    edited?.[1]({ jobtitle: "CTO" });
    const asked = await card.question(3);
    expect(card.part("status")).toBe("In sync");
    asked.answer(waitingToPull());
    await card.says("Changes pending");
    expect(card.alerts()).toHaveLength(1);
  });

  test("a quiet look that fails leaves the card as it is", async () => {
    const card = await cardShowing(waitingToPull());
    card.page.mocks.actions.onCrmPropertiesUpdate.calls[0]?.[1]({});
    (await card.question(2)).fail();
    await new Promise((resolve) => setImmediate(resolve));
    expect(card.part("notice")).toBeNull();
    expect(card.part("status")).toBe("Changes pending");
  });
});
