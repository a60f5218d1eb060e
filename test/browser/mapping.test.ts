import { beforeAll, expect, test } from "vitest";
import { asOwner } from "../acceptance/steps/database.ts";
import { useSettings } from "./settings-world.ts";
import type { SettingsTab } from "./settings-world.ts";

// An admin maps a property of the account's own, by clicks alone. The tests follow one another in one portal.

const world = useSettings();

/** The page on which a mapping was added and isn't saved yet. */
let draft: SettingsTab | undefined;

const tierOf = async (email: string): Promise<string | null | undefined> => {
  const product = await world.at.world.sql();
  try {
    const { rows } = await product.query<{ tier: string | null }>(
      "select custom ->> 'our_tier' as tier from workspace.contacts where email = $1",
      [email],
    );
    return rows[0]?.tier;
  } finally {
    await product.end();
  }
};

beforeAll(async () => {
  const { world: portal } = world.at;
  await portal.inHubSpot("POST", "/properties/contacts", {
    name: "tier",
    label: "Tier",
    type: "enumeration",
    fieldType: "select",
    groupName: "contactinformation",
    options: [
      { value: "t1", label: "Gold" },
      { value: "t2", label: "Silver; old" },
    ],
  });
  for (const [name, tier] of [
    ["ann", "t1"],
    ["bob", "t2"],
    ["cy", ""],
  ])
    await world.at.make("contacts", {
      email: `${name}@example.com`,
      firstname: name ?? "",
      tier: tier ?? "",
    });
  expect(await portal.install()).toMatchObject({ status: 200 });
  expect((await portal.api("POST", "/installation/start")).status).toBe(200);
  await portal.settled();
}, 120_000);

test("BN-010 BN-106 a property gets a field of its own, and its options are mapped one by one and by name", async () => {
  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  await tab.at("Contacts", "Mapping");
  await tab.button("Add a mapping").click();
  const panel = tab.page.getByTestId("add-mapping");
  await panel.getByTestId("group").selectOption("Contact information");
  await panel.getByTestId("property").selectOption("tier");
  await panel
    .getByTestId("field")
    .selectOption({ label: "Make a field for Tier…" });
  await panel.getByTestId("new-field-name").fill("__proto__");
  await panel.getByRole("button", { name: "Make field" }).click();
  await panel.getByText("Must have letters, digits, and underscores").waitFor();
  await panel.getByTestId("new-field-name").fill("our_tier");
  await panel.getByTestId("new-field-label").fill("Our tier");
  await tab.picture("make-field");
  await panel.getByRole("button", { name: "Make field" }).click();
  await panel.getByTestId("conversion").waitFor();
  expect(await panel.getByTestId("field").inputValue()).toBe("our_tier");
  await panel.getByTestId("conversion").selectOption("options");
  await panel.getByText("Every option has a value.").waitFor();
  // Another value for one option, and none for the other, until it is found by name.
  await panel.getByTestId("option-t2").fill("");
  await panel.getByText("1 option without a value: Silver; old.").waitFor();
  await panel.getByRole("button", { name: "Map all by name" }).click();
  await panel.getByText("Every option has a value.").waitFor();
  await tab.picture("option-pairs");
  await panel.getByRole("button", { name: "Done" }).click();
  await tab.settings.getByTestId("mapping-our_tier").waitFor();
  draft = tab;
});

test("BN-013 saved, the mapping is applied to all existing contacts, and the page follows them", async () => {
  const { world: portal } = world.at;
  const tab = draft;
  if (tab === undefined) throw new Error("The test before left a draft open.");
  await tab.settings.getByTestId("save").click();
  const question = tab.page.getByTestId("confirm-save");
  await question.getByText("3 contacts are linked").waitFor();
  await question.getByRole("button", { name: "Only from now on" }).waitFor();
  await tab.picture("apply-to-existing");
  await question.getByRole("button", { name: "Apply to all 3" }).click();
  await tab.toast("Settings saved");
  await portal.settled();
  await tab.toast("Mappings were applied to existing contacts");
  expect(await tierOf("ann@example.com")).toBe("t1");
  expect(await tierOf("bob@example.com")).toBe("t2");
  expect(await tierOf("cy@example.com")).toBeNull();
  await tab.page.close();
});

test("BN-010 the field is listed with its type and its mapping, renamed, and given an option", async () => {
  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  await tab.at("Contacts", "Fields");
  const row = tab.settings.getByTestId("field-our_tier");
  await row.getByText("One of its options").waitFor();
  await row.getByText("tier", { exact: true }).waitFor();
  await tab.picture("fields");
  await row.getByRole("button", { name: "Edit" }).click();
  const panel = tab.page.getByTestId("edit-field-our_tier");
  await panel.getByTestId("field-label").fill("Rank");
  await panel.getByTestId("remove-option-0").click();
  await panel.getByRole("button", { name: "Save field" }).click();
  await panel.getByText("Records have options that would be removed").waitFor();
  await tab.picture("field-in-use");
  await panel.getByRole("button", { name: "Cancel" }).click();
  await row.getByRole("button", { name: "Edit" }).click();
  await panel.getByTestId("field-label").fill("Rank");
  await panel.getByRole("button", { name: "Add an option" }).click();
  await panel.getByTestId("option-value-2").fill("t3");
  await panel.getByRole("button", { name: "Save field" }).click();
  await tab.toast("Field saved");
  await row.getByText("3 options").waitFor();
  await row.getByText("Rank", { exact: true }).waitFor();
  await tab.page.close();
});

test("X-11 an option that is removed in HubSpot is announced on the page with its contacts, once someone has it checked", async () => {
  const { world: portal } = world.at;
  await portal.inHubSpot("PATCH", "/properties/contacts/tier", {
    options: [{ value: "t1", label: "Gold" }],
  });
  // HubSpot is read for a person every ten seconds at most, and the install may have been less than that ago.
  await asOwner(portal, (owner) =>
    owner.query(
      "update installation set definitions_read_at = definitions_read_at - interval '1 minute'",
    ),
  );
  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  await tab.button("Check now").click();
  await tab.toast("HubSpot was checked");
  const section = tab.settings.getByTestId("drift-section");
  await section.getByText("has no option t2").waitFor();
  await section.getByText("This concerns 1 contact.").waitFor();
  await tab.picture("drift");
  await section.getByRole("button", { name: "Open contact mapping" }).click();
  await tab.settings
    .getByTestId("mapping-our_tier-fault")
    .getByText("Add it in HubSpot, or choose another one.")
    .waitFor();
  await tab.settings.getByTestId("only-problems").check();
  await tab.picture("drift-row");
  await tab.page.close();
});
