import { beforeAll, expect, test } from "vitest";
import { useSettings } from "./settings-world.ts";

// Who may do what, by clicks: what an admin decides on the settings page, a colleague sees on a card. The tests follow one
// another in one portal.

const world = useSettings();
const adaId = () => world.at.world.portalId * 10 + 1;
const benId = () => world.at.world.portalId * 10 + 2;
const benEmail = () => `ben.boss@portal-${world.at.world.portalId}.example`;

let contact = "";
beforeAll(async () => {
  const { world: app } = world.at;
  expect((await app.install()).status).toBe(200);
  expect((await app.api("POST", "/installation/start", {})).status).toBe(200);
  contact = await world.at.make("contacts", {
    email: "carla@example.com",
    firstname: "Carla",
  });
  await app.until(
    async () =>
      (await app.api("GET", "/installation")).body["state"] === "active",
    "active",
  );
  await app.settled();
}, 60_000);

/** What the card on the contact shows to a colleague. */
async function cardOf(
  userId: number,
): Promise<{ said: string; canPull: boolean }> {
  const page = await world.at.context.newPage();
  const { desk } = world.at;
  await page.goto(
    `${desk.url}/contacts/${world.at.world.portalId}/record/0-1/${contact}?user=${userId}`,
  );
  const card = page.getByTestId("card:contact_card");
  await card.getByTestId("status").waitFor();
  const pull = card.getByRole("button", { name: "Pull from HubSpot" });
  const found = {
    said: await card.innerText(),
    canPull: await pull.isEnabled(),
  };
  await page.close();
  return found;
}

test("AP-117 AP-110 an admin adds a person and takes away a permission: the card's button is disabled and says why, until the person has it again", async () => {
  const tab = await world.at.tab(adaId());
  await tab.open();
  await tab.ready();
  await tab.at("People");
  await tab.settings.getByText("No people yet").waitFor();
  await tab.picture("people-empty");

  await tab.button("Add a person").click();
  const panel = tab.page.getByTestId("add-person");
  await panel.getByTestId("add-person-email").fill("ben");
  await panel.getByTestId("add-person-name").fill("Ben Boss");
  await panel.getByRole("button", { name: "Add person" }).click();
  await panel.getByText("The email must be an email address.").waitFor();
  await tab.picture("people-add");
  await panel.getByTestId("add-person-email").fill(benEmail());
  await panel.getByRole("button", { name: "Add person" }).click();
  await tab.toast("Person added");
  const row = tab.settings.getByTestId(`person-${benEmail()}`);
  await row.getByText("Owner Ben Boss in HubSpot.").waitFor();

  await row.getByRole("button", { name: "Edit" }).click();
  const edit = tab.page.getByRole("dialog");
  await edit.getByRole("checkbox", { name: /^Push/ }).uncheck();
  await edit.getByRole("button", { name: "Save person" }).click();
  await tab.toast("Person changed");
  await row.getByText(/^Pull, assign/).waitFor();
  await tab.picture("people");

  const denied = await cardOf(benId());
  expect(denied.said).toContain(
    `${benEmail()} doesn't have permission to push.`,
  );
  expect((await cardOf(adaId())).said).not.toContain("permission");

  await row.getByRole("button", { name: "Edit" }).click();
  await edit.getByRole("checkbox", { name: /^Push/ }).check();
  await edit.getByRole("button", { name: "Save person" }).click();
  await tab.toast("Person changed");
  expect((await cardOf(benId())).said).not.toContain("permission");

  await row.getByRole("button", { name: "Deactivate" }).click();
  await tab.picture("people-deactivate");
  await tab.page
    .getByRole("dialog")
    .getByRole("button", { name: "Deactivate person" })
    .click();
  await tab.toast("Person deactivated");
  await row.getByText("Deactivated").first().waitFor();
  expect((await cardOf(benId())).said).toContain(
    `${benEmail()} is deactivated.`,
  );
  await row.getByRole("button", { name: "Activate" }).click();
  await tab.toast("Person activated");
  await tab.page.close();
});

test("AP-027 AP-023 the sync user is chosen among owners, and an owner for new contacts is found by name", async () => {
  const tab = await world.at.tab(adaId());
  await tab.open();
  await tab.ready();
  await tab.at("People");
  const section = tab.settings.getByTestId("sync-user-section");
  await section.getByText("and no other sync user is chosen").waitFor();
  await section
    .getByTestId("sync-user-select")
    .selectOption({ label: `Ben Boss (${benEmail()})` });
  await section.getByRole("button", { name: "Change sync user" }).click();
  await tab.picture("people-sync-user");
  await tab.page
    .getByTestId("confirm-sync-user")
    .getByRole("button", { name: "Change sync user" })
    .click();
  await tab.toast("Sync user changed");
  await section.getByText("is chosen as the sync user").waitFor();

  await tab.at("Contacts", "Sync");
  const owner = tab.settings.getByTestId("contact-new-owner");
  await owner.getByText(benEmail()).waitFor();
  await owner.getByLabel("One owner").check();
  await owner.getByLabel("Search Owner").fill("ada");
  await expect
    .poll(() => owner.getByTestId("new-owner-email").locator("option").count())
    .toBe(2);
  await owner.getByTestId("new-owner-email").selectOption({ index: 1 });
  await tab.picture("new-owner");
  expect(await tab.save()).toContain(
    "Contacts: by default, a new contact in HubSpot gets",
  );
  await tab.toast("Settings saved");
  await tab.page.close();
});

test("AP-117 a colleague without permission sees people, and can change none", async () => {
  const tab = await world.at.tab(benId());
  await tab.open();
  await tab.ready();
  await tab.at("People");
  await tab.settings.getByTestId(`person-${benEmail()}`).waitFor();
  for (const name of ["Add a person", "Edit", "Link to HubSpot", "Deactivate"])
    expect(await tab.button(name).isDisabled(), name).toBe(true);
  await tab.picture("people-no-permission");
  await tab.page.close();
});

test("BN-108 super admins: the permission is asked for on the page, and then a super admin can change settings", async () => {
  const tab = await world.at.tab(benId());
  await tab.open();
  await tab.ready();
  await tab.settings.getByTestId("no-permission").waitFor();
  await tab.at("People");
  const opened = world.at.context.waitForEvent("page");
  await tab.settings.getByRole("link", { name: "Connect and grant" }).click();
  const consent = await opened;
  await consent.getByText("settings.users.read").waitFor();
  await consent.locator(`input[value$=":${adaId()}"]`).check();
  await consent.getByRole("button", { name: "Connect app" }).click();
  await consent
    .getByRole("heading", { name: "HubSpot is connected" })
    .waitFor();
  await consent.close();

  await tab.open();
  await tab.ready();
  expect(await tab.settings.getByTestId("no-permission").count()).toBe(0);
  await tab.at("People");
  await tab.settings.getByText("Super admins of the HubSpot account").waitFor();
  await tab.settings.getByText("is chosen as the sync user").waitFor();
  await tab.picture("people-super-admin");
  await tab.page.close();
});
