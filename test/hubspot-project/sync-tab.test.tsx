import { describe, expect, test } from "vitest";
import { soon } from "./extension-on-a-page.tsx";
import { page, settings } from "./sample-page.ts";
import { settingsShowing } from "./settings-on-a-page.tsx";

describe("rules of a type", () => {
  test("which new records are pushed: all, only some by conditions, or none", async () => {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("New contacts from Acme");
    open.trigger("push-which", "onChange", "some");
    const options = await open.asked();
    expect(options.url.searchParams.get("property")).toBe("lifecyclestage");
    options.answer({
      results: [
        { value: "lead", label: "Lead" },
        { value: "customer", label: "Customer" },
      ],
    });
    await soon(() =>
      expect(open.props("push-stages")["options"]).toHaveLength(2),
    );
    open.trigger("push-stages", "onChange", ["customer"]);
    open.trigger("push-email-statuses", "onInput", "valid, risky");
    await open.says("2 changes aren't saved");
    open.trigger("confirm-save", "onOpen");
    expect((await open.asked()).body).toMatchObject({
      settings: {
        contact: {
          push: {
            enabled: true,
            conditions: {
              stages: ["customer"],
              emailStatuses: ["valid", "risky"],
              customField: null,
            },
          },
        },
      },
    });
    open.trigger("push-which", "onChange", "none");
    await open.says("stay out of HubSpot, and buttons can't create them");
    expect(open.words().split("on both sides always sync")).toHaveLength(2);
  });

  test("a condition's value that has a comma is shown in quotes, and stays one value when another one is added", async () => {
    const saved = settings();
    const contact = saved["contact"] as { push: { conditions: object } };
    Object.assign(contact.push.conditions, {
      customField: { field: "team", values: ["Sales, EMEA", ' "x" ', "Ops"] },
    });
    const open = await settingsShowing(page({ settings: saved }));
    open.tab("contact");
    await open.says("team is one of");
    const shown = '"Sales, EMEA", " ""x"" ", Ops';
    expect(open.props("push-custom-values")["value"]).toBe(shown);
    open.trigger("push-custom-values", "onInput", `${shown}, IT`);
    await open.says("1 change isn't saved");
    open.trigger("confirm-save", "onOpen");
    await soon(() =>
      expect(open.questions.at(-1)?.body).toMatchObject({
        settings: {
          contact: {
            push: {
              conditions: {
                customField: {
                  field: "team",
                  values: ["Sales, EMEA", ' "x" ', "Ops", "IT"],
                },
              },
            },
          },
        },
      }),
    );
  });

  test("the company of a contact, conflicts, deletions, merges, and limits are in the document as they were chosen", async () => {
    const open = await settingsShowing(page());
    open.tab("contact");
    await open.says("Its company");
    open.trigger("companyWithContact", "onChange", "never");
    open.trigger("requireCompany", "onChange", true);
    open.trigger("policy", "onChange", "hold");
    open.trigger("deletion", "onChange", "delete");
    open.trigger("merge", "onChange", "merge");
    open.trigger("brake-creations.toHubSpot", "onChange", true);
    await soon(() => open.props("creations.toHubSpot"));
    open.trigger("creations.toHubSpot", "onChange", 200);
    await open.says("6 changes aren't saved");
    open.trigger("confirm-save", "onOpen");
    expect((await open.asked()).body).toMatchObject({
      settings: {
        contact: {
          companyWithContact: "never",
          requireCompany: true,
          policy: "hold",
          deletionSync: true,
          mergeSync: true,
          brakes: { creations: { toHubSpot: 200, toWorkspace: null } },
        },
      },
    });
  });
});
