import { expect, test } from "vitest";
import { connectHubSpot } from "./connect-hubspot.ts";
import { asOwner } from "../acceptance/steps/database.ts";
import { upkeepTurn } from "../acceptance/steps/housekeeping.ts";
import { owners } from "../acceptance/steps/owners.ts";
import { useSettings } from "./settings-world.ts";

// An admin's way through the settings page, by clicks alone. The tests follow one another in one portal.

const world = useSettings();

/** What the card on a contact says. */
async function cardOf(id: string): Promise<string> {
  const page = await world.at.context.newPage();
  const { desk } = world.at;
  await page.goto(
    `${desk.url}/contacts/${world.at.world.portalId}/record/0-1/${id}`,
  );
  const card = page.getByTestId("card:contact_card");
  await card.getByTestId("status").waitFor();
  const said = await card.innerText();
  await page.close();
  return said;
}

/** Whether the step of pushing is done, as a screen reader says it. */
async function pushStep(): Promise<string | null> {
  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  const said = await tab.settings
    .getByTestId("step-push")
    .getByRole("img")
    .first()
    .getAttribute("aria-label");
  await tab.page.close();
  return said;
}

const ids = { customer: "", lead: "" };

test("AP-001 AP-007 AP-078 AC-007 from nothing to the first pull, by clicks: connect, name the product, look at the mapping, decide a rule, start", async () => {
  await world.at.world.inHubSpot("POST", "/properties/contacts", {
    name: "tier",
    label: "Tier",
    type: "enumeration",
    fieldType: "select",
    groupName: "contactinformation",
    options: [
      { value: "t1", label: "Gold" },
      { value: "t2", label: "Silver" },
    ],
  });
  ids.customer = await world.at.make("contacts", {
    email: "carla@example.com",
    firstname: "Carla",
    lifecyclestage: "customer",
  });
  ids.lead = await world.at.make("contacts", {
    email: "leo@example.com",
    firstname: "Leo",
    lifecyclestage: "lead",
  });
  const tab = await world.at.tab();
  await tab.open();
  await tab.settings.getByText("Connect HubSpot first").waitFor();
  await tab.picture("not-connected");
  await (await connectHubSpot(tab.page)).close();
  await tab.open();
  await tab.ready();
  const checklist = tab.settings.getByTestId("checklist");
  await checklist.getByText("1 of 10 done").waitFor();
  await checklist.getByText("It starts by itself on").waitFor();
  await tab.picture("set-up");

  await tab.settings.getByLabel("Name", { exact: true }).fill("Acme");
  await tab.settings
    .getByLabel("Record link")
    .fill("https://app.acme.example/{type}/{id}");
  await tab.settings.getByText("2 changes aren't saved").waitFor();
  await tab.picture("unsaved");
  // Leaving changes nothing.
  await tab.open();
  await tab.ready();
  await checklist.getByText("1 of 10 done").waitFor();
  await tab.settings.getByLabel("Name", { exact: true }).fill("Acme");
  const said = await tab.save();
  expect(said).toContain('The product is called "Acme".');
  await tab.toast("Settings saved");
  await checklist.getByText("2 of 10 done").waitFor();

  await checklist.getByRole("button", { name: "Contact mapping" }).click();
  await tab.settings.getByTestId("mapping-email").waitFor();
  await tab.picture("mapping");

  await tab.at("Connection");
  await checklist.getByRole("button", { name: "Contact rules" }).click();
  const fromHubSpot = tab.settings.getByTestId("new-pull");
  await fromHubSpot.getByLabel("Only some").check();
  await fromHubSpot.getByLabel("Customer", { exact: true }).check();
  await tab.settings.getByText("1 change isn't saved").waitFor();
  await tab.picture("rules");
  await tab.settings.getByTestId("save").click();
  await tab.page
    .getByTestId("confirm-save")
    .getByText("only with one of these stages: customer")
    .waitFor();
  await tab.picture("save");
  await tab.page
    .getByTestId("confirm-save")
    .getByRole("button", { name: "Save settings" })
    .click();
  await tab.toast("Settings saved");

  await tab.at("Connection");
  await checklist.getByRole("button", { name: "Start now" }).click();
  await tab.page
    .getByTestId("confirm-start")
    .getByRole("button", { name: "Start sync" })
    .click();
  await tab.toast("Sync started");
  // The page asks by itself while the first pull runs.
  await tab.settings.getByTestId("state").getByText("Active").waitFor();
  await tab.picture("active");
  await tab.page.close();
});

test("a rule blocks a record: the first pull brought the customer, and left out the lead", async () => {
  expect(await cardOf(ids.customer)).toContain("In sync");
  const lead = await cardOf(ids.lead);
  expect(lead).toContain("Not synced");
  expect(lead).toContain("Excluded by stage");
});

test("AP-005 AP-006 BN-002 BN-025 the rule can be changed any time, two clicks away, and the next run uses it", async () => {
  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  const tabs = await tab.settings.getByRole("tab").allInnerTexts();
  expect(tabs[0]).toBe("Connection");
  expect(tabs).toContain("Versions");
  for (const type of ["Contacts", "Companies"]) {
    await tab.at(type, "Mapping");
    await tab.settings.getByText("Add a mapping").waitFor();
    await tab.at(type, "Sync");
    await tab.settings.getByText("Changed on both sides").waitFor();
    // Not hidden below "advanced" settings.
    for (const rule of ["Deleted on one side", "Merged in HubSpot"])
      await tab.settings.getByText(rule).first().waitFor();
  }
  await tab.at("Contacts", "Sync");
  await tab.settings
    .getByTestId("new-pull")
    .getByLabel("All", { exact: true })
    .check();
  await tab.save();
  await tab.toast("Settings saved");
  expect(await pushStep()).toBe("Not done yet");
  await world.at.world.inHubSpot("PATCH", `/objects/contacts/${ids.lead}`, {
    properties: { firstname: "Leonard" },
  });
  await world.at.world.settled();
  expect(await cardOf(ids.lead)).toContain("In sync");
  await tab.page.close();
});

test("a mapping with options, one by one: values are converted both ways from its save on", async () => {
  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  await tab.at("Contacts", "Mapping");
  await tab.button("Add a mapping").click();
  const panel = tab.page.getByTestId("add-mapping");
  await panel.getByTestId("property").selectOption("tier");
  await panel
    .getByTestId("field")
    .selectOption({ label: "Another field, by its name…" });
  await panel.getByTestId("own-field").fill("tier");
  await panel.getByTestId("conversion").selectOption("options");
  await panel.getByText("2 options without a value").waitFor();
  await panel.getByRole("button", { name: "Map all by name" }).click();
  await panel.getByText("Every option has a value.").waitFor();
  await tab.picture("mapping-panel");
  await panel.getByRole("button", { name: "Done" }).click();
  await tab.settings.getByTestId("mapping-tier").waitFor();
  expect(await tab.save()).toContain("tier is mapped to HubSpot's tier");
  await tab.toast("Settings saved");
  await tab.page.close();

  await world.at.world.inHubSpot("PATCH", `/objects/contacts/${ids.customer}`, {
    properties: { tier: "t1" },
  });
  const product = await world.at.world.sql();
  try {
    // Webhooks come for the properties of the app's manifest only, so this one comes by the scheduled pull.
    await world.at.world.inHubSpot(
      "PATCH",
      `/objects/contacts/${ids.customer}`,
      {
        properties: { firstname: "Carola" },
      },
    );
    await world.at.world.settled();
    const tier = async () =>
      (
        await product.query<{ tier: string }>(
          "select custom ->> 'tier' as tier from workspace.contacts where email = 'carla@example.com'",
        )
      ).rows[0]?.tier;
    expect(await tier()).toBe("Gold");
    await product.query(
      `update workspace.contacts set custom = custom || '{"tier": "Silver"}' where email = 'carla@example.com'`,
    );
    await world.at.world.settled();
    const found = (await world.at.world.truth("contacts")).find(
      ({ id }) => id === ids.customer,
    );
    expect(found?.properties["tier"]).toBe("t2");
  } finally {
    await product.end();
  }
  // That was the first value that was written to HubSpot.
  expect(await pushStep()).toBe("Done");
});

test("two people at once: the second save overwrites nothing, shows both changes, and can keep its own", async () => {
  const [first, second] = [await world.at.tab(), await world.at.tab()];
  for (const tab of [first, second]) {
    await tab.open();
    await tab.ready();
  }
  await first.settings.getByTestId("automatic-pull").click({ force: true });
  await first.save();
  await first.toast("Settings saved");
  await second.settings.getByTestId("automatic-push").click({ force: true });
  await second.save();
  const conflict = second.settings.getByTestId("conflict");
  await conflict
    .getByTestId("theirs")
    .getByText("Automatic pull is off.")
    .waitFor();
  await conflict
    .getByTestId("yours")
    .getByText("Automatic push is off.")
    .waitFor();
  await second.picture("conflict");
  await conflict.getByRole("button", { name: "Load them, keep mine" }).click();
  await second.settings.getByText("1 change isn't saved").waitFor();
  const said = await second.save();
  expect(said).toContain("Automatic push is off.");
  expect(said).not.toContain("Automatic pull");
  await second.toast("Settings saved");
  for (const name of ["automatic-pull", "automatic-push"])
    expect(await second.settings.getByTestId(name).isChecked()).toBe(false);
  await first.page.close();
  await second.page.close();
});

test("a roll-back: what it changes is shown first, and it is a version of its own", async () => {
  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  await tab.at("Versions");
  const rows = tab.settings.locator("[data-testid^=version-]");
  await rows.first().waitFor();
  const before = await rows.count();
  await tab.picture("versions");
  // The one before both switches were turned off.
  const target = before - 2;
  await tab.settings.getByTestId(`roll-back-${target}-open`).click();
  const question = tab.page.getByTestId(`roll-back-${target}`);
  await question.getByText("Automatic pull is on.").waitFor();
  await question.getByText("Automatic push is on.").waitFor();
  await question.getByRole("button", { name: "Roll back" }).click();
  await tab.toast(`Settings are as in version ${target} again`);
  await tab.settings.getByTestId(`version-${before + 1}`).waitFor();
  await tab.at("Connection");
  expect(await tab.settings.getByTestId("automatic-pull").isChecked()).toBe(
    true,
  );
  await tab.page.close();
});

test("no permission: a colleague sees everything, can change nothing, and is told who can", async () => {
  const tab = await world.at.tab(world.at.world.portalId * 10 + 2);
  await tab.open();
  await tab.ready();
  await tab.settings
    .getByTestId("no-permission")
    .getByText("ada.admin@")
    .waitFor();
  expect(
    await tab.settings.getByLabel("Name", { exact: true }).isEditable(),
  ).toBe(false);
  for (const name of ["Pause sync", "Create new key"])
    expect(await tab.button(name).isDisabled(), name).toBe(true);
  await tab.at("Contacts", "Sync");
  const rules = tab.settings.getByTestId("contact-sync");
  await rules.getByText("Changed on both sides").waitFor();
  expect(
    await rules
      .locator("input:enabled:not([readonly]), select:enabled")
      .count(),
  ).toBe(0);
  await tab.picture("no-permission");
  await tab.at("Contacts", "Mapping");
  expect(await tab.button("Add a mapping").isDisabled()).toBe(true);
  await tab.page.close();
});

test("BN-019 X-11 the records of an owner who left get another one, and an email gets an owner, by clicks", async () => {
  const { world: portal } = world.at;
  const [staying, leaving] = await owners(portal);
  const objectId = await world.at.make("contacts", {
    email: "owned@example.com",
    lifecyclestage: "customer",
    hubspot_owner_id: leaving.id,
  });
  await portal.settled();
  const ownerThere = async () =>
    (await portal.truth("contacts")).find(({ id }) => id === objectId)
      ?.properties["hubspot_owner_id"];
  const { body } = await portal.control<{
    users: { id: number; email: string }[];
  }>("GET", `/sandbox/portals/${portal.portalId}`);
  const user = body.users.find(({ email }) => email === leaving.email);
  await portal.inHubSpot("POST", `/users/${user?.id}/deactivate`);
  await asOwner(portal, (owner) =>
    owner.query(
      "update installation set definitions_read_at = now() - interval '1 day'",
    ),
  );
  await upkeepTurn(portal);

  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  await tab.at("Owners");
  await tab.settings.getByLabel("Show").selectOption("Departed");
  const left = tab.settings.getByTestId(`owner-${leaving.id}`);
  await left.getByText("1 contact").waitFor();
  await tab.picture("owners");
  await left.getByRole("button", { name: "Reassign 1 record" }).click();
  const question = tab.page.getByTestId(`reassign-${leaving.id}`);
  await question
    .getByTestId(`reassign-${leaving.id}-to`)
    .selectOption(staying.id);
  await question.getByRole("button", { name: "Reassign 1 record" }).click();
  await tab.settings.getByText("1 updated.").waitFor();
  await left.getByText("None").waitFor();
  expect(await ownerThere()).toBe(staying.id);

  await tab.settings.getByLabel("Show").selectOption("All");
  const owner = tab.settings.getByTestId(`owner-${staying.id}`);
  await owner.getByRole("button", { name: "Add email" }).click();
  const panel = tab.page.getByTestId(`add-override-${staying.id}`);
  await panel.getByTestId("override-email").fill("ada@old.example");
  await panel.getByRole("button", { name: "Done" }).click();
  await owner.getByText("ada@old.example").waitFor();
  expect(await tab.save()).toContain(
    `The email ada@old.example is HubSpot's owner ${staying.id}.`,
  );
  await tab.toast("Settings saved");
  await tab.page.close();

  const product = await portal.sql();
  try {
    await product.query(
      `update workspace.contacts set owner_email = 'Ada@Old.Example' where email = 'owned@example.com'`,
    );
    await portal.settled();
    const { rows } = await product.query(
      "select sync_status from workspace.contacts where email = 'owned@example.com'",
    );
    expect(rows).toEqual([{ sync_status: "in_sync" }]);
    expect(await ownerThere()).toBe(staying.id);
  } finally {
    await product.end();
  }
});

test("AP-078 pause, resume, and uninstall, after which the page says to connect first", async () => {
  const tab = await world.at.tab();
  await tab.open();
  await tab.ready();
  await tab.button("Pause sync").click();
  await tab.page
    .getByTestId("confirm-pause")
    .getByRole("button", { name: "Pause sync" })
    .click();
  await tab.toast("Sync paused");
  await tab.settings
    .getByTestId("banner")
    .getByText("Sync is paused")
    .waitFor();
  await tab.picture("paused");
  await tab.settings.getByTestId("banner-resume").click();
  await tab.toast("Sync started");
  await tab.settings.getByTestId("state").getByText("Active").waitFor();

  await tab.button("Uninstall").first().click();
  await tab.settings.getByTestId("uninstall").click();
  await tab.page
    .getByTestId("confirm-uninstall")
    .getByRole("button", { name: "Uninstall Counterpart" })
    .click();
  await tab.settings.getByText("Connect HubSpot first").waitFor();
  await tab.page.close();
});
