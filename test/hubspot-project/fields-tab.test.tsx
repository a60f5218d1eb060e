import { describe, expect, test } from "vitest";
import { soon } from "./extension-on-a-page.tsx";
import { fields, page } from "./sample-page.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";
import { pathOf } from "./settings-steps.ts";
import type { OpenPage } from "./settings-on-a-page.tsx";

describe("BN-010 fields of a type", () => {
  const level = {
    name: "level",
    label: "Level",
    type: "option",
    options: [
      { value: "gold", label: "Gold" },
      { value: "tin", label: "Tin" },
    ],
  };

  async function fieldsShowing(some = page()): Promise<OpenPage> {
    const open = await settingsShowing(some);
    open.tab("contact", "fields");
    await open.says("Loading fields…");
    (await open.asked()).answer(fields({}));
    await open.says("Add a field");
    return open;
  }

  test("each has its type and its mapping; standard ones can't be changed; a list that fails can be loaded again", async () => {
    const failing = await settingsShowing(page());
    failing.tab("contact", "fields");
    (await failing.asked()).answerText("", 502);
    await failing.says("Counterpart didn't respond");
    failing.click("try-again");
    (await failing.asked()).answer(fields({}));
    await failing.says("Add a field");
    await failing.close();

    const open = await fieldsShowing();
    expect(open.part("field-phone")).toBe(
      "Phone number | phone | Text | phone | Standard, can't be changed",
    );
    expect(open.part("field-level")).toContain("One of its options");
    expect(open.part("field-level")).toContain("2 options");
    expect(open.part("field-level")).toContain("Not mapped");
    open.trigger("search-fields", "onInput", "LEV");
    await soon(() => expect(open.part("field-phone")).toBeNull());
    open.trigger("search-fields", "onInput", "nothing");
    await open.says("No fields match");
  });

  test("without permission, nothing can be added or changed", async () => {
    const open = await fieldsShowing(page({ canChange: false }));
    for (const button of ["add-field-open", "edit-field-level-open"])
      expect(open.props(button)["disabled"], button).toBe(true);
  });

  test("a field is added with its options; what the server refuses stands at its place", async () => {
    const open = await fieldsShowing();
    open.click("add-field-open");
    await soon(() => open.props("field-type"));
    expect(open.props("add-field-save")["disabled"]).toBe(true);
    open.trigger("field-name", "onInput", "tags");
    open.trigger("field-type", "onChange", "options");
    await soon(() => open.props("add-option"));
    open.click("add-option");
    await soon(() => open.props("option-value-0"));
    open.trigger("option-value-0", "onInput", "a;b");
    open.click("add-field-save");
    const asked = await open.asked();
    expect([asked.method, pathOf(asked), asked.body]).toEqual([
      "POST",
      "/ui/fields/contacts",
      {
        name: "tags",
        type: "options",
        options: [{ value: "a;b", label: "a;b" }],
      },
    ]);
    asked.answer(
      {
        title: "Invalid input",
        detail: "The body isn't valid.",
        code: "invalid_input",
        errors: [
          {
            path: "options.0.value",
            message: "can't contain a semicolon",
          },
        ],
      },
      400,
    );
    await soon(() =>
      expect(open.props("option-value-0")["validationMessage"]).toBe(
        "Can't contain a semicolon",
      ),
    );
    open.trigger("option-value-0", "onInput", "a");
    open.click("add-field-save");
    (await open.asked()).answer({ ...level, name: "tags", label: "tags" }, 201);
    await open.alerted("success: Field added");
    (await open.asked()).answer(fields({}, { name: "tags", label: "tags" }));
    await soon(() => expect(open.part("field-tags")).not.toBeNull());
  });

  test("a label is changed alone; an option that records have is removed only by force", async () => {
    const open = await fieldsShowing();
    open.click("edit-field-level-open");
    const read = await open.asked();
    expect(pathOf(read)).toBe("/ui/settings/field");
    read.answer(level);
    await soon(() => open.props("remove-option-1"));
    open.trigger("field-label", "onInput", "Rank");
    open.click("edit-field-level-save");
    const renamed = await open.asked();
    expect([renamed.method, pathOf(renamed), renamed.body]).toEqual([
      "PATCH",
      "/ui/fields/contacts/level",
      { label: "Rank" },
    ]);
    renamed.answer(
      { title: "Too many", detail: "Too many requests.", code: "busy" },
      429,
    );
    await open.partSays("field-fault", "Too many requests.");
    open.click("remove-option-1");
    open.click("edit-field-level-save");
    (await open.asked()).answer(
      {
        title: "Conflict",
        detail:
          "Records have options that would be removed: tin (2 contacts have it).",
        code: "options_in_use",
        options: [{ value: "tin", records: 2 }],
      },
      409,
    );
    await open.partSays(
      "field-fault",
      "Records have options that would be removed: tin (2 records). Change these records first, or remove the options all the same.",
    );
    open.trigger("force", "onChange", true);
    open.click("edit-field-level-save");
    const forced = await open.asked();
    expect(forced.body).toEqual({
      label: "Rank",
      options: [{ value: "gold", label: "Gold" }],
      force: true,
    });
    forced.answer({ ...level, label: "Rank" });
    await open.alerted("success: Field saved | Rank is as you see it");
  });
});
