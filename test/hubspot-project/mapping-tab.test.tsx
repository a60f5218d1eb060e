import { describe, expect, test } from "vitest";
import { soon } from "./extension-on-a-page.tsx";
import {
  check,
  fields,
  finding,
  fitting,
  installation,
  page,
  properties,
  settings,
} from "./sample-page.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";
import { pathOf, pushOff } from "./settings-steps.ts";
import type { OpenPage } from "./settings-on-a-page.tsx";

describe("mapping", () => {
  const hubspot = properties(
    { name: "email", label: "Email" },
    { name: "firstname", label: "First name" },
    { name: "fax", label: "Fax number" },
    {
      name: "hs_lead_source",
      label: "Source",
      group: "conversioninformation",
      readOnly: true,
    },
    { name: "tier", label: "Tier", options: 2, custom: true },
  );
  hubspot.groups.push({
    name: "conversioninformation",
    label: "Conversion information",
  });
  const optionByOption = fitting({
    type: null,
    fittings: [
      { conversion: { kind: "text" }, direction: "both", note: null },
      {
        conversion: { kind: "options", pairs: [] },
        direction: "both",
        note: null,
      },
    ],
  });

  async function mappingShowing(some = page()): Promise<OpenPage> {
    const open = await settingsShowing(some);
    open.tab("contact", "mapping");
    await answer(open, "/settings/properties", hubspot);
    await answer(open, "/settings/fields", fields({}));
    await open.says("Add a mapping");
    return open;
  }

  /** Answers the next request, which must be to this address. */
  async function answer(
    open: OpenPage,
    path: string,
    body: unknown,
    status?: number,
  ) {
    const asked = await open.asked();
    expect(pathOf(asked), open.questions.map(pathOf).join(" ")).toBe(
      `/ui${path}`,
    );
    asked.answer(body, status);
    return asked;
  }

  const mappingsOf = () =>
    (settings()["contact"] as { mappings: { field: string }[] }).mappings;
  const sent = async (open: OpenPage) => {
    open.trigger("confirm-save", "onOpen");
    const { settings: document } = (await open.asked()).body as {
      settings: { contact: { mappings: unknown[] } };
    };
    return document.contact.mappings;
  };

  test("BN-104 properties have HubSpot's labels and groups; the pair that records are matched by is fixed, and says why", async () => {
    const open = await mappingShowing();
    expect(open.part("mapping-first_name")).toContain("First name");
    expect(open.part("mapping-email-fixed")).toBe(
      "Fixed, because contacts are matched by it",
    );
    expect(open.part("mapping-phone-fixed")).toBeNull();
    open.click("edit-email-open");
    await answer(open, "/settings/fields", fields());
    await soon(() => open.props("edit-email-done"));
    expect(() => open.props("edit-email-remove")).toThrow();
    expect(open.part("fixed")).toContain(
      "contacts on both sides are matched by it",
    );
    for (const part of ["group", "property", "field"])
      expect(open.props(part)["readOnly"], part).toBe(true);
    expect(open.props("group")["options"]).toEqual([
      { value: "*", label: "All groups" },
      { value: "contactinformation", label: "Contact information" },
      { value: "conversioninformation", label: "Conversion information" },
    ]);
  });

  test("X-11 what no longer fits stands at its row with the number of records and what to do; problems can be looked at alone", async () => {
    const at = mappingsOf().findIndex(({ field }) => field === "phone");
    const open = await mappingShowing(
      page({
        warnings: [
          {
            path: `contact.mappings.${at}.conversion.pairs`,
            message: "HubSpot's Phone has options that aren't mapped: x.",
          },
        ],
        drift: {
          count: 2,
          results: [
            finding(),
            finding({
              field: "",
              code: "required_unfilled",
              cause:
                "HubSpot requires a value for Region, and no mapping pushes one. This concerns 3 contacts.",
              fix: "Map a field to this property.",
            }),
          ],
        },
      }),
    );
    expect(open.part("mapping-phone-fault")).toBe(
      "The mapping of phone no longer fits. HubSpot has no property phone. This concerns 12 contacts. Create it in HubSpot, or map another one. | HubSpot's Phone has options that aren't mapped: x.",
    );
    expect(open.part("finding-required_unfilled")).toContain(
      "This concerns 3 contacts. Map a field to this property.",
    );
    open.trigger("only-problems", "onChange", true);
    await soon(() => expect(open.part("mapping-email")).toBeNull());
    expect(open.part("mapping-phone")).not.toBeNull();
    open.trigger("search", "onInput", "nothing like this");
    await open.says("No mappings match");
  });

  test("X-11 Connection lists the first findings and leads to the mapping; Check now reads HubSpot again, and the page follows", async () => {
    const results = [1, 2, 3, 4, 5, 6].map((number) =>
      finding({ field: `field_${number}` }),
    );
    const open = await settingsShowing(page({ drift: { count: 9, results } }));
    expect(open.part("drift-section")).toContain("and 4 more");
    expect(open.part("checked")).toContain("were read");
    open.click("check-now");
    const asked = await open.asked();
    expect([asked.method, pathOf(asked)]).toEqual([
      "POST",
      "/ui/installation/definitions",
    ]);
    asked.answer(installation());
    await open.alerted("success: HubSpot was checked");
    (await open.asked()).answer(page());
    await open.says("All saved mappings fit what HubSpot has.");
    // Too soon again: the server says so.
    open.click("check-now");
    (await open.asked()).answer(
      {
        title: "Too many requests",
        detail: "HubSpot was checked a few seconds ago.",
        code: "checked_just_now",
      },
      429,
    );
    await open.alerted("HubSpot was checked a few seconds ago.");
    (await open.asked()).answer(page({ drift: { count: 6, results } }));
    await soon(() => open.props("open-contact-field_1-property_missing"));
    open.click("open-contact-field_1-property_missing");
    await answer(open, "/settings/properties", hubspot);
    await answer(open, "/settings/fields", fields());
    await open.says("Add a mapping");
  });

  test("X-11 who may not change settings, and an account that isn't connected, can't have HubSpot checked", async () => {
    for (const some of [{ canChange: false }, { connected: false }]) {
      const open = await settingsShowing(page(some));
      expect(open.props("check-now")["disabled"]).toBe(true);
      await open.close();
    }
  });

  test("BN-016 BN-106 a field that only developers know, with options paired by name: what has no partner is said", async () => {
    const open = await mappingShowing();
    open.click("add-mapping-open");
    await answer(open, "/settings/fields", fields({}));
    await soon(() => open.props("property"));
    open.click("add-mapping-done");
    await soon(() =>
      expect(open.props("property")["validationMessage"]).toBe(
        "Choose a property.",
      ),
    );
    open.trigger("property", "onChange", "tier");
    const narrowed = await answer(open, "/settings/fields", fields({}));
    expect(narrowed.url.searchParams.get("property")).toBe("tier");
    open.trigger("field", "onChange", "?");
    await soon(() => open.props("own-field"));
    open.trigger("own-field", "onInput", "grade");
    const asked = await answer(open, "/settings/fitting", optionByOption);
    expect(asked.url.searchParams.get("field")).toBe("grade");
    await soon(() => open.props("conversion"));
    open.trigger("conversion", "onChange", "options");
    await answer(open, "/settings/options", {
      results: [
        { value: "t1", label: "Gold" },
        { value: "t2", label: "Silver; old" },
        { value: "t3", label: "Tin" },
      ],
    });
    await open.partSays(
      "unmapped",
      "3 options without a value: Gold, Silver; old, Tin. Such an option isn't pulled, and shows as a problem on the record's card until it has a value.",
    );
    open.click("map-by-name");
    const named = await answer(open, "/settings/suggest-options", {
      pairs: [
        { workspace: "Gold", hubspot: "t1" },
        { workspace: "gold", hubspot: "t1" },
        { workspace: "Silver; old", hubspot: "t2" },
      ],
      unmapped: {
        workspace: ["bronze"],
        hubspot: [{ value: "t3", label: "Tin" }],
      },
    });
    expect(named.body).toEqual({
      objectType: "contact",
      field: "grade",
      property: "tier",
    });
    await open.partSays("unmapped", "1 option without a value: Tin.");
    expect(open.part("map-by-name-said")).toBe(
      "1 value of Acme without an option: bronze. Such a value isn't pushed, and shows as a problem on the record's card until it has an option.",
    );
    open.click("add-mapping-done");
    await open.says("1 change isn't saved");
    expect((await sent(open)).at(-1)).toEqual({
      field: "grade",
      property: "tier",
      direction: "both",
      clear: false,
      conversion: {
        kind: "options",
        pairs: [
          { workspace: "Gold", hubspot: "t1" },
          { workspace: "gold", hubspot: "t1" },
          { workspace: "Silver; old", hubspot: "t2" },
        ],
      },
    });
  });

  test("a value that has a comma stays one value: as it's found by name, as it's typed in quotes, and when another one is added", async () => {
    const open = await mappingShowing();
    open.click("add-mapping-open");
    await answer(open, "/settings/fields", fields({}));
    await soon(() => open.props("property"));
    open.trigger("property", "onChange", "tier");
    await answer(open, "/settings/fields", fields({}));
    open.trigger("field", "onChange", "?");
    await soon(() => open.props("own-field"));
    open.trigger("own-field", "onInput", "grade");
    await answer(open, "/settings/fitting", optionByOption);
    await soon(() => open.props("conversion"));
    open.trigger("conversion", "onChange", "options");
    await answer(open, "/settings/options", {
      results: ["t1", "t2", "t3"].map((value) => ({ value, label: value })),
    });
    await open.partSays("unmapped", "3 options without a value");
    open.click("map-by-name");
    await answer(open, "/settings/suggest-options", {
      pairs: [{ workspace: "Sales, EMEA", hubspot: "t1" }],
      unmapped: { workspace: [], hubspot: [] },
    });
    const shows = (option: string, text: string) =>
      soon(() => expect(open.props(`option-${option}`)["value"]).toBe(text));
    const type = async (option: string, text: string) => {
      open.trigger(`option-${option}`, "onInput", text);
      // What is typed stays as it is typed.
      await shows(option, text);
    };
    await shows("t1", '"Sales, EMEA"');
    await type("t1", '"Sales, EMEA", sales');
    await type("t2", '"Sales, A');
    await type("t2", '"Sales, APAC" ,  6" pipe, "he said ""no"", twice",');
    await type("t3", "Sales, rest");
    await open.partSays("unmapped", "Every option has a value.");
    open.click("add-mapping-done");
    await open.says("1 change isn't saved");
    expect((await sent(open)).at(-1)).toMatchObject({
      conversion: {
        pairs: [
          { workspace: "Sales, EMEA", hubspot: "t1" },
          { workspace: "sales", hubspot: "t1" },
          { workspace: "Sales, APAC", hubspot: "t2" },
          { workspace: '6" pipe', hubspot: "t2" },
          { workspace: 'he said "no", twice', hubspot: "t2" },
          { workspace: "Sales", hubspot: "t3" },
          { workspace: "rest", hubspot: "t3" },
        ],
      },
    });
  });

  test("BN-105 BN-109 only fields that fit are offered, with their types; the way that the server names is taken, and what it loses is said", async () => {
    const open = await mappingShowing();
    open.click("add-mapping-open");
    await answer(open, "/settings/fields", fields());
    open.trigger("property", "onChange", "fax");
    await answer(open, "/settings/fields", {
      results: [
        {
          name: "seen_on",
          label: "Seen on",
          type: "date",
          standard: false,
          options: 0,
        },
      ],
    });
    await soon(() =>
      expect(open.props("field")["options"]).toEqual([
        { value: "seen_on", label: "Seen on (seen_on) · Date" },
        { value: "+", label: "Make a field for Fax number…" },
        { value: "?", label: "Another field, by its name…" },
      ]),
    );
    open.trigger("field", "onChange", "seen_on");
    await answer(
      open,
      "/settings/fitting",
      fitting({
        type: "date",
        fittings: [
          {
            conversion: { kind: "date" },
            direction: "pull",
            note: "The field gets the day of HubSpot's Fax number in the account's time zone.",
          },
        ],
        note: "HubSpot's Fax number must have at most 5 characters.",
      }),
    );
    await open.partSays("conversion-note", "in the account's time zone.");
    expect(open.part("conversion-note")).toContain(
      "must have at most 5 characters.",
    );
    expect(open.props("conversion")["value"]).toBe("date");
    expect(open.props("direction")["value"]).toBe("pull");
    open.trigger("fill", "onChange", true);
    open.click("add-mapping-done");
    await open.says("1 change isn't saved");
    expect((await sent(open)).at(-1)).toEqual({
      field: "seen_on",
      property: "fax",
      direction: "pull",
      clear: false,
      conversion: { kind: "date" },
      write: "fill",
    });
  });

  test("BN-105 a field that doesn't fit, or can't have its name, is no mapping, and the form says why", async () => {
    const open = await mappingShowing();
    open.click("add-mapping-open");
    await answer(open, "/settings/fields", fields());
    open.trigger("property", "onChange", "fax");
    await answer(open, "/settings/fields", fields());
    open.trigger("field", "onChange", "?");
    await soon(() => open.props("own-field"));
    open.trigger("own-field", "onInput", "__proto__");
    await answer(
      open,
      "/settings/fitting",
      fitting({
        fault: "A field's name has letters, digits, and underscores.",
        fittings: [],
      }),
    );
    await soon(() =>
      expect(open.props("own-field")["validationMessage"]).toBe(
        "A field's name has letters, digits, and underscores.",
      ),
    );
    open.click("add-mapping-done");
    expect(open.part("unsaved")).toBeNull();
    // Until the server has said what fits, nothing is done.
    open.trigger("own-field", "onInput", "employees");
    await soon(() =>
      expect(open.props("add-mapping-done")["disabled"]).toBe(true),
    );
    await answer(open, "/settings/fitting", fitting({ fittings: [] }));
    await soon(() =>
      expect(open.props("add-mapping-done")["disabled"]).toBe(false),
    );
    open.click("add-mapping-done");
    await open.partSays(
      "conversion-fault",
      "This property and this field have different types of values.",
    );
    // What fits can't be known: it can be asked again.
    open.trigger("own-field", "onInput", "fax_no");
    (await open.asked()).answerText("", 502);
    await open.partSays("no-fitting", "Check your connection and try again.");
    open.click("load-fitting");
    await answer(open, "/settings/fitting", fitting());
    open.click("add-mapping-done");
    await soon(() => open.props("conversion"));
    open.click("add-mapping-done");
    await open.says("1 change isn't saved");
  });

  test("BN-010 a field is made for a property at once, typed and with its options; only the mapping waits for Save", async () => {
    const open = await mappingShowing();
    open.click("add-mapping-open");
    await answer(open, "/settings/fields", fields());
    open.trigger("property", "onChange", "tier");
    await answer(open, "/settings/fields", fields());
    // Of a property that the account made, the first choice.
    await soon(() =>
      expect(
        (open.props("field")["options"] as { value: string }[])[0]?.value,
      ).toBe("+"),
    );
    open.trigger("field", "onChange", "+");
    await open.partSays("make-field", "It's made in Acme at once");
    open.trigger("new-field-name", "onInput", "select");
    open.trigger("new-field-label", "onInput", "x".repeat(201));
    open.click("make-field-button");
    const asked = await answer(
      open,
      "/fields/contacts",
      {
        title: "Invalid input",
        detail: "The body isn't valid.",
        code: "invalid_input",
        errors: [
          { path: "label", message: "must have at most 200 characters" },
        ],
      },
      400,
    );
    expect(asked.body).toEqual({
      fromProperty: "tier",
      name: "select",
      label: "x".repeat(201),
    });
    await soon(() =>
      expect(open.props("new-field-label")["validationMessage"]).toBe(
        "Must have at most 200 characters",
      ),
    );
    open.trigger("new-field-label", "onInput", "Our tier");
    open.click("make-field-button");
    await answer(
      open,
      "/fields/contacts",
      {
        title: "Conflict",
        detail: "There is a field select already.",
        code: "field_exists",
      },
      409,
    );
    await soon(() =>
      expect(open.props("new-field-name")["validationMessage"]).toBe(
        "There is a field select already.",
      ),
    );
    open.trigger("new-field-name", "onInput", "our_tier");
    open.click("make-field-button");
    await answer(
      open,
      "/fields/contacts",
      {
        name: "our_tier",
        label: "Our tier",
        mapping: {
          field: "our_tier",
          property: "tier",
          direction: "both",
          clear: false,
          conversion: { kind: "text" },
        },
        note: null,
      },
      201,
    );
    // The panel lists it, and so does the page below.
    for (const _place of ["panel", "page"])
      await answer(
        open,
        "/settings/fields",
        fields({ name: "our_tier", label: "Our tier" }),
      );
    await answer(open, "/settings/fitting", optionByOption);
    await soon(() => expect(open.props("field")["value"]).toBe("our_tier"));
    open.click("add-mapping-done");
    await open.says("1 change isn't saved");
    expect(open.part("mapping-our_tier")).toContain("Our tier");
    expect((await sent(open)).at(-1)).toEqual({
      field: "our_tier",
      property: "tier",
      direction: "both",
      clear: false,
      conversion: { kind: "text" },
    });
  });

  test("a property that apps can't change is only copied to the product, and a removed mapping is gone", async () => {
    const open = await mappingShowing();
    open.click("edit-phone-open");
    await answer(open, "/settings/fields", fields());
    await soon(() => open.props("property"));
    open.trigger("property", "onChange", "hs_lead_source");
    await answer(open, "/settings/fields", fields());
    await answer(
      open,
      "/settings/fitting",
      fitting({
        fittings: [
          { conversion: { kind: "text" }, direction: "pull", note: null },
        ],
      }),
    );
    await open.partSays("edit-phone", "Apps can't change this property");
    await soon(() => expect(open.props("direction")["value"]).toBe("pull"));
    open.click("edit-phone-remove");
    await open.says("1 change isn't saved");
    expect(open.part("mapping-phone")).toBeNull();
  });

  test("without HubSpot's definitions, mappings can be read and not changed", async () => {
    const open = await settingsShowing(page());
    open.tab("contact", "mapping");
    (await open.asked()).answerText("", 502);
    await answer(open, "/settings/fields", fields());
    await open.says("HubSpot's fields couldn't be loaded");
    expect(open.props("add-mapping-open")["disabled"]).toBe(true);
    open.click("load-properties");
    await answer(open, "/settings/properties", hubspot);
    await soon(() =>
      expect(open.props("add-mapping-open")["disabled"]).toBe(false),
    );
  });

  test("500 mappings are shown 25 at a time", async () => {
    const document = settings();
    const contact = document["contact"] as { mappings: unknown[] };
    const many = Array.from({ length: 500 }, (_, at) => ({
      field: `f${at}`,
      property: `p${at}`,
      direction: "both",
      clear: false,
      conversion: { kind: "text" },
    }));
    const open = await mappingShowing(
      page({
        settings: {
          ...document,
          contact: { ...contact, mappings: many },
        },
      }),
    );
    expect(open.part("mapping-f24")).not.toBeNull();
    expect(open.part("mapping-f25")).toBeNull();
    open.trigger("search", "onInput", "p499");
    await soon(() => expect(open.part("mapping-f499")).not.toBeNull());
  });
});

describe("BN-013 a changed mapping and existing records", () => {
  const saving = async (apply: { count: number; refusal: string | null }) => {
    const open = await settingsShowing(page());
    await pushOff(open);
    (await open.asked()).answer(check({ apply }));
    await open.partSays("confirm-save", "What changes");
    return open;
  };

  test("Save says how many records it concerns and offers both ways; applied to all, the page follows the run to its end", async () => {
    const open = await saving({ count: 1_940, refusal: null });
    expect(open.part("confirm-save-apply")).toBe("Apply to all 1,940");
    expect(open.part("confirm-save-confirm")).toBe("Only from now on");
    expect(open.part("apply-to-existing")).toContain("fill blanks now");
    open.click("confirm-save-apply");
    const saved = await open.asked();
    expect([saved.method, saved.body?.["apply"]]).toEqual(["PUT", "existing"]);
    const runId = "00000000-0000-4000-8000-000000000001";
    const applying = [{ objectType: "contact", runId }];
    saved.answer({ version: 4, runs: applying });
    await open.alerted("Existing records follow now.");
    const [one, other] = [await open.asked(), await open.asked()];
    const [asked, read] =
      pathOf(one) === "/ui/card/run" ? [one, other] : [other, one];
    // The run is known before the page is read again, since it may have ended by then.
    read.answer(page({ version: 4 }));
    await open.partSays("applying-contact", "Queued.");
    expect(asked.url.searchParams.get("runId")).toBe(runId);
    const counts = {
      created: 0,
      updated: 1_200,
      unchanged: 100,
      skipped: 0,
      held: 0,
      failed: 0,
    };
    asked.answer({ state: "running", counts, reason: null });
    await open.partSays("applying-contact", "1,300 contacts checked so far.");
    (await open.asked()).answer({ state: "done", counts, reason: null });
    await open.alerted(
      "success: Mappings were applied to existing contacts | 1200 updated, 100 already in sync.",
    );
    // A page that was read before the end doesn't bring it back.
    (await open.asked()).answer(page({ version: 4, applying }));
    await soon(() => expect(open.part("applying-contact")).toBeNull());
  });

  test("Only from now on applies nothing", async () => {
    const open = await saving({ count: 1, refusal: null });
    open.click("confirm-save-confirm");
    const saved = await open.asked();
    expect(saved.method).toBe("PUT");
    expect(saved.body).not.toHaveProperty("apply");
  });

  test("what can't be applied now says why, and can be saved", async () => {
    const open = await saving({
      count: 12,
      refusal: "An admin paused sync. Nothing syncs until it's resumed.",
    });
    expect(open.part("confirm-save-apply")).toBeNull();
    expect(open.part("apply-to-existing")).toContain("An admin paused sync.");
    expect(open.part("confirm-save-confirm")).toBe("Save settings");
  });

  test("a run that fails, or is paused, says so", async () => {
    const runId = "00000000-0000-4000-8000-000000000002";
    const open = await settingsShowing(
      page({ applying: [{ objectType: "company", runId }] }),
    );
    const counts = {
      created: 0,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      held: 0,
      failed: 3,
    };
    (await open.asked()).answer({
      state: "paused",
      counts,
      reason: "HubSpot's API limit has been reached",
    });
    await open.partSays(
      "applying-company",
      "Paused: HubSpot's API limit has been reached.",
    );
    (await open.asked()).answer({ state: "failed", counts, reason: "Stopped" });
    await open.alerted(
      "warning: Mappings couldn't be applied to all existing companies | 3 failed. Stopped.",
    );
  });
});
