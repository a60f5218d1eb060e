import { describe, expect, test } from "vitest";
import { check, page, settings } from "./sample-page.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";
import { pathOf } from "./settings-steps.ts";
import type { OpenPage } from "./settings-on-a-page.tsx";

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
    open.click("page-after");
    const older = await open.asked();
    expect(older.url.searchParams.get("cursor")).toBe("2");
    older.answer({
      results: [{ ...list.results[1], version: 1, changes: [] }],
      next: null,
    });
    await open.says("The settings at first");
    open.click("page-before");
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

  /** The question of version 2, checked by the server. */
  async function rollBackAsked(answer = check()): Promise<OpenPage> {
    const open = await settingsShowing(page());
    open.tab("versions");
    (await open.asked()).answer(list);
    await open.says("The product is called Acme.");
    open.trigger("roll-back-2", "onOpen");
    (await open.asked()).answer(version2);
    (await open.asked()).answer(answer);
    return open;
  }

  const version2 = {
    ...list.results[1],
    settings: settings({ productName: "Bigfoot" }),
  };

  test("X-15 before Roll back is confirmed, the question shows how much of the last day would have gone differently under that version", async () => {
    const open = await rollBackAsked();
    await open.partSays("roll-back-2", "The last day under these settings");
    const before = open.questions.length;
    open.click("replay-start");
    await open.partSays("replay", "Deciding the last day again…");
    const read = await open.asked();
    expect(pathOf(read)).toBe("/ui/settings/versions/2");
    read.answer(version2);
    const request = await open.asked();
    expect([request.method, pathOf(request)]).toEqual([
      "POST",
      "/ui/settings/replay",
    ]);
    // That version, and not what the page shows.
    expect(request.body).toEqual({ settings: version2.settings });
    request.answer({
      sentences: [
        "Of 412 changes of the last day, 9 would have gone differently.",
      ],
      changes: { count: 412, differently: 9 },
      leftOut: { count: 0, differently: 0 },
      examples: [
        {
          journalId: "7",
          at: "2026-11-20T08:00:00.000Z",
          name: "Marta Quint",
          was: "Contact created in Acme.",
          wouldBe: "Excluded by stage. Stages that sync: customer.",
        },
      ],
    });
    for (const said of [
      "Of 412 changes of the last day, 9 would have gone differently.",
      "Instead: Excluded by stage. Stages that sync: customer.",
      "and 8 more",
    ])
      await open.partSays("roll-back-2", said);
    // Only what was asked to look; nothing is rolled back before it's confirmed.
    expect(open.questions.slice(before).map(pathOf)).toEqual([
      "/ui/settings/versions/2",
      "/ui/settings/replay",
    ]);
    expect(open.props("roll-back-2-confirm")["disabled"]).toBe(false);
    open.click("roll-back-2-confirm");
    expect((await open.asked()).body).toEqual({ version: 3, to: 2 });
  });

  test("X-15 a version that can't be read for the replay is said, can be asked for again, and can be rolled back all the same", async () => {
    const open = await rollBackAsked();
    await open.partSays("roll-back-2", "The last day under these settings");
    open.click("replay-start");
    (await open.asked()).answer(
      {
        title: "No such version",
        detail: "It's gone.",
        code: "no_such_version",
      },
      404,
    );
    await open.partSays("replay", "It's gone.");
    expect(open.props("roll-back-2-confirm")["disabled"]).toBe(false);
    open.click("replay-again");
    expect(pathOf(await open.asked())).toBe("/ui/settings/versions/2");
  });

  test.each([
    ["that changes nothing", check({ changes: [] }), "Nothing changes."],
    [
      "that can't be saved now",
      check({ errors: [{ path: "settings.x", message: "is wrong" }] }),
      "These settings can't be saved",
    ],
  ])("X-15 a version %s isn't replayed", async (_what, answer, said) => {
    const open = await rollBackAsked(answer);
    await open.partSays("roll-back-2", said);
    expect(open.part("replay")).toBeNull();
  });

  test("none yet", async () => {
    const open = await settingsShowing(page({ version: 0, savedAt: null }));
    open.tab("versions");
    (await open.asked()).answer({ results: [], next: null });
    await open.says("No versions yet");
  });
});
