import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { view, waitingToPull } from "../../hubspot-project/sample-views.ts";
import { DeskWorld } from "./desk-world.ts";

const RECORD = "1f0e7a52-2b1c-4b1e-9a51-5a5f3f0c2d11";
let world: DeskWorld;

beforeAll(async () => {
  world = await DeskWorld.start("own");
});
afterAll(() => world.close());
afterEach(() => {
  expect(world.pageErrors.splice(0)).toEqual([]);
});

const properties = () =>
  world.page.getByRole("region", { name: "HubSpot properties" });
const workspace = () =>
  world.page.getByRole("region", { name: "Workspace record" });
const card = () => world.page.getByTestId("card:contact_card");
const toast = (text: string) =>
  world.page.locator(".toast").filter({ hasText: text });
const property = (name: string) =>
  properties().getByLabel(name, { exact: true });
const field = (name: string) => workspace().getByLabel(name, { exact: true });

let people = 0;
/** A contact that is linked with the app server's record. */
function linkedContact(): string {
  people += 1;
  const email = `grace${people}@acme.example`;
  const id = world.contact({
    firstname: "Grace",
    lastname: "Hopper",
    email,
    jobtitle: "Admiral",
    city: "Arlington",
  });
  world.app.view = view({
    record: { id: RECORD, name: "Grace Hopper", url: null },
    object: { id, url: null },
  });
  const values = {
    first_name: "Grace",
    last_name: "Hopper",
    email,
    job_title: "Admiral",
    city: "Arlington",
    custom: {},
  };
  world.app.record = { id: RECORD, properties: values, deletedAt: null };
  return id;
}

async function choose(action: string): Promise<void> {
  await world.page.getByRole("button", { name: "Actions" }).click();
  await world.page.getByRole("menuitem", { name: action, exact: true }).click();
}

describe("the record page", () => {
  test("shows the object, the workspace's record and the card side by side", async () => {
    const id = linkedContact();
    world.app.view = waitingToPull({
      record: { id: RECORD, name: "Grace Hopper", url: null },
    });
    await world.openRecord("0-1", id);
    await world.page.getByRole("heading", { name: "Grace Hopper" }).waitFor();
    await card().getByText("Changes pending").waitFor();
    await expect.poll(() => field("first_name").inputValue()).toBe("Grace");
    expect(await property("jobtitle").inputValue()).toBe("Admiral");
    expect(await world.page.getByTestId("object-id").innerText()).toBe(id);
    await world.picture("record-page");
  });

  test("saves what a HubSpot user changes, and only that", async () => {
    const id = linkedContact();
    await world.openRecord("0-1", id);
    expect(
      await properties().getByRole("button", { name: "Save" }).isDisabled(),
    ).toBe(true);
    await property("jobtitle").fill("Commodore");
    await property("lifecyclestage").selectOption("Customer");
    await properties().getByText("2 changes").waitFor();
    await properties().getByRole("button", { name: "Save" }).click();
    await toast("Contact saved in HubSpot").waitFor();
    expect(world.properties("contacts", id)).toMatchObject({
      jobtitle: "Commodore",
      lifecyclestage: "customer",
    });
    await properties().getByText("2 changes").waitFor({ state: "detached" });
  });

  test("shows HubSpot's own refusal and keeps what was typed", async () => {
    const id = linkedContact();
    await world.openRecord("0-1", id);
    await property("email").fill("not an address");
    await properties().getByRole("button", { name: "Save" }).click();
    await world.page
      .getByRole("alert")
      .filter({ hasText: "not an address" })
      .waitFor();
    expect(await property("email").inputValue()).toBe("not an address");
    await properties().getByRole("button", { name: "Cancel" }).click();
    expect(await property("email").inputValue()).toBe(
      `grace${people}@acme.example`,
    );
  });

  test("saves the workspace's record as the product's user would, and shows its refusal", async () => {
    const id = linkedContact();
    await world.openRecord("0-1", id);
    await field("job_title").fill("Commodore");
    await workspace().getByRole("button", { name: "Save" }).click();
    await toast("Record saved in the workspace").waitFor();
    const sent = world.app.calls("PATCH", `/api/v1/contacts/${RECORD}`).at(-1);
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      properties: { job_title: "Commodore" },
    });
    await field("email").fill("refused");
    await workspace().getByRole("button", { name: "Save" }).click();
    await world.page
      .getByRole("alert")
      .filter({ hasText: "email is not an address" })
      .waitFor();
  });

  test("keeps up with both sides by itself, without touching what is being typed", async () => {
    const id = linkedContact();
    await world.openRecord("0-1", id);
    await property("phone").fill("+1 555");
    await field("city").waitFor();
    world.portal.portal.update(
      "contacts",
      id,
      { city: "Boston", phone: "1" },
      { changeSource: "INTEGRATION", sourceId: "5" },
    );
    world.app.record = {
      ...world.app.record,
      properties: { first_name: "Grace", city: "Boston" },
    };
    await expect
      .poll(() => property("city").inputValue(), { timeout: 8000 })
      .toBe("Boston");
    await expect
      .poll(() => field("city").inputValue(), { timeout: 8000 })
      .toBe("Boston");
    expect(await property("phone").inputValue()).toBe("+1 555");
  });

  test("says so where no record is linked, and where the app is not installed", async () => {
    const id = linkedContact();
    world.app.view = view({
      record: null,
      status: "not_synced",
      code: "not_linked",
    });
    await world.openRecord("0-1", id);
    await workspace()
      .getByText("No record in the workspace is linked with this contact")
      .waitFor();
    const { installation } = world.portal;
    world.portal.installation = null;
    await world.openRecord("0-1", id);
    await workspace()
      .getByText("The app is not installed in this portal.")
      .waitFor();
    world.portal.installation = installation;
  });

  test("lets the card pull, shows the outcome, and looks at the record again", async () => {
    const id = linkedContact();
    world.app.view = waitingToPull({
      record: { id: RECORD, name: "Grace Hopper", url: null },
    });
    await world.openRecord("0-1", id);
    await field("first_name").waitFor();
    await card().getByText("Changes pending").waitFor();
    world.app.record = {
      ...world.app.record,
      properties: { first_name: "Grace", job_title: "Chief engineer" },
    };
    world.app.view = view({
      record: { id: RECORD, name: "Grace Hopper", url: null },
    });
    await card().getByRole("button", { name: "Pull from HubSpot" }).click();
    await card().getByText("In sync").waitFor();
    await expect
      .poll(() => field("job_title").inputValue())
      .toBe("Chief engineer");
    const sent = JSON.parse(
      world.app.calls("POST", "/ui/card/pull").at(-1)?.body ?? "{}",
    ) as object;
    expect(sent).toMatchObject({
      objectTypeId: "0-1",
      objectId: id,
      version: "v2",
    });
  });

  test("deletes and restores", async () => {
    const id = linkedContact();
    await world.openRecord("0-1", id);
    await choose("Delete");
    await world.page
      .getByRole("dialog")
      .getByRole("button", { name: "Delete contact" })
      .click();
    await world.page.getByText("This contact is deleted.").waitFor();
    expect(
      world.portal.portal.truth("contacts", true).map((object) => object.id),
    ).toContain(id);
    expect(await property("jobtitle").isDisabled()).toBe(true);
    await world.page.getByRole("button", { name: "Restore" }).click();
    await toast("Contact restored").waitFor();
    await world.page.getByRole("button", { name: "Actions" }).waitFor();
    expect(
      world.portal.portal.truth("contacts", false).map((object) => object.id),
    ).toContain(id);
  });

  test("merges another one into this one, and old addresses lead to what is left", async () => {
    const id = linkedContact();
    const other = world.contact({
      firstname: "Amazing",
      lastname: "Grace",
      email: "amazing@acme.example",
      phone: "77",
    });
    await world.openRecord("0-1", id);
    await choose("Merge");
    const dialog = world.page.getByRole("dialog", { name: "Merge contacts" });
    await dialog.getByLabel("Search contacts").fill("amazing");
    await dialog.getByRole("radio", { name: /Amazing Grace/ }).check();
    await world.picture("merge-dialog");
    await dialog.getByRole("button", { name: "Merge", exact: true }).click();
    await world.page.waitForURL(
      (url) =>
        !url.pathname.endsWith(`/${id}`) ||
        world.portal.portal.options.mergeKeepsId,
    );
    await expect.poll(() => property("phone").inputValue()).toBe("77");
    const survivor = await world.page.getByTestId("object-id").innerText();
    await world.openRecord("0-1", other);
    await world.page.waitForURL((url) => url.pathname.endsWith(`/${survivor}`));
  });

  test("erases for good, and says that nothing is there", async () => {
    const id = linkedContact();
    await world.openRecord("0-1", id);
    await choose("Delete permanently");
    await world.page
      .getByRole("dialog")
      .getByRole("button", { name: "Delete permanently" })
      .click();
    await world.page.waitForURL(/views\/all$/);
    await world.openRecord("0-1", id);
    await world.page.getByText("This contact doesn't exist").waitFor();
  });

  test("associates with a company, as its primary one, and takes it off again", async () => {
    const id = linkedContact();
    const company = world.company({
      name: "Acme Corporation",
      domain: "acme.example",
    });
    await world.openRecord("0-1", id);
    const near = world.page.getByRole("region", { name: "Companies" });
    await near.getByRole("button", { name: "Add" }).click();
    const dialog = world.page.getByRole("dialog", { name: "Add company" });
    await dialog.getByRole("radio", { name: /Acme Corporation/ }).check();
    await dialog.getByRole("button", { name: "Associate" }).click();
    await near
      .getByTestId(`association:${company}`)
      .getByText("Primary")
      .waitFor();
    await near.getByRole("button", { name: "Remove Acme Corporation" }).click();
    await near.getByText("No companies associated.").waitFor();
  });
});

describe("the switch for automatic sync", () => {
  test("pauses both directions in the settings and leaves the rest of them as they were", async () => {
    world.app.settings = {
      automatic: { pull: true, push: true },
      retention: { journalDays: 90 },
    };
    await world.openRecord("0-1", linkedContact());
    const control = world.page.getByRole("switch", { name: "Automatic sync" });
    expect(await control.isChecked()).toBe(true);
    await control.click();
    await toast("Automatic sync is paused").waitFor();
    expect(world.app.settings).toEqual({
      automatic: { pull: false, push: false },
      retention: { journalDays: 90 },
    });
    await world.page.reload();
    expect(await control.isChecked()).toBe(false);
    await control.click();
    await toast("Automatic sync is on").waitFor();
    expect(world.app.settings["automatic"]).toEqual({ pull: true, push: true });
  });
});

describe("the list page", () => {
  test("pages, searches, opens and creates", async () => {
    world.portal.portal.seed({
      contacts: 0,
      companies: 40,
      deals: 0,
      seed: 3,
      webhooks: false,
    });
    const wanted = world.company({
      name: "Zebra Crossings",
      domain: "zebra.example",
      industry: "LEISURE_TRAVEL_TOURISM",
    });
    await world.openList("0-2");
    const rows = world.page.locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(25);
    await world.page.getByText(/Page 1 of 2/).waitFor();
    await world.picture("list-page");
    await world.page.getByRole("button", { name: "Next" }).click();
    await world.page.getByText(/Page 2 of 2/).waitFor();
    await world.page.getByRole("searchbox", { name: "Search" }).fill("zebra");
    await expect.poll(() => rows.count()).toBe(1);
    await rows.getByText("Leisure, Travel & Tourism").waitFor();
    await world.page.getByRole("link", { name: "Zebra Crossings" }).click();
    await world.page.waitForURL((url) =>
      url.pathname.endsWith(`/record/0-2/${wanted}`),
    );
    await world.page.getByRole("link", { name: "‹ Companies" }).click();
    await world.page.getByRole("button", { name: "Create company" }).click();
    const dialog = world.page.getByRole("dialog", { name: "Create company" });
    await dialog.getByLabel("name", { exact: true }).fill("Yak Shavers");
    await dialog.getByRole("button", { name: "Create" }).click();
    await world.page.getByRole("heading", { name: "Yak Shavers" }).waitFor();
    const made = world.portal.portal
      .truth("companies", false)
      .find((one) => one.properties["name"] === "Yak Shavers");
    expect(world.page.url()).toContain(`/record/0-2/${made?.id}`);
  });

  test("keeps the deleted ones apart", async () => {
    const id = world.contact({ firstname: "Gone", email: "gone@acme.example" });
    world.portal.portal.archive("contacts", id, {
      changeSource: "CRM_UI",
      sourceId: "userId:1",
      userId: 1,
    });
    await world.openList("0-1");
    await world.page.getByRole("table").waitFor();
    expect(await world.page.getByTestId(`row:${id}`).count()).toBe(0);
    await world.page.getByRole("button", { name: "Recently deleted" }).click();
    await world.page.getByTestId(`row:${id}`).waitFor();
  });

  test("says why it is empty", async () => {
    await world.openList("0-3");
    await world.page.getByText("No deals yet").waitFor();
    const search = world.page.getByRole("searchbox", { name: "Search" });
    await search.fill("nobody");
    await world.page.getByText("No deals match “nobody”").waitFor();
    await search.fill("");
    await world.page.getByRole("button", { name: "Recently deleted" }).click();
    await world.page.getByText("No deals were deleted lately").waitFor();
    await world.picture("list-empty");
  });

  test("an answer that failed is forgotten when the next one comes", async () => {
    const asked = "**/desk/api/portals/*/objects/0-2?*search=broken*";
    await world.page.route(asked, (route) =>
      route.fulfill({ status: 500, body: "{}" }),
    );
    await world.openList("0-2");
    const search = world.page.getByRole("searchbox", { name: "Search" });
    await search.fill("broken");
    await world.page.getByRole("alert").waitFor();
    await search.fill("");
    await world.page.getByRole("alert").waitFor({ state: "detached" });
    await world.page.unroute(asked);
  });

  test("is where the front client leads", async () => {
    await world.page.goto(world.desk.url);
    await world.page.waitForURL(
      `**/contacts/${world.portal.portalId}/objects/0-1/views/all`,
    );
  });
});

describe("on a narrow screen", () => {
  test("every page fits, and the card comes right after the object's name", async () => {
    const id = linkedContact();
    world.app.view = waitingToPull({
      record: { id: RECORD, name: "Grace Hopper", url: null },
    });
    await world.page.setViewportSize({ width: 375, height: 800 });
    try {
      const beyond = () =>
        world.page.evaluate<number>(
          "document.documentElement.scrollWidth - innerWidth",
        );
      await world.openRecord("0-1", id);
      await card().getByText("Changes pending").waitFor();
      await expect.poll(() => field("first_name").inputValue()).toBe("Grace");
      await world.picture("record-page-narrow");
      expect(await beyond()).toBe(0);
      const top = async (of: Locator) => (await of.boundingBox())?.y ?? 0;
      const places = [
        await top(world.page.getByRole("heading", { name: "Grace Hopper" })),
        await top(card()),
        await top(workspace()),
        await top(properties()),
      ];
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      await world.openList("0-1");
      await world.page.getByRole("table").waitFor();
      await world.picture("list-page-narrow");
      expect(await beyond()).toBe(0);
      await world.openRecord("0-1", "999");
      await world.page.getByText("This contact doesn't exist").waitFor();
      expect(await beyond()).toBe(0);
    } finally {
      await world.page.setViewportSize({ width: 1440, height: 1000 });
    }
  });
});

describe("the settings page of a connected app", () => {
  test("is reached from every page, and asks the app's server for the user at the desk, whom the menu changes", async () => {
    const users = world.portal.users;
    const asked = () =>
      world.app
        .calls("GET", "/ui/settings/page")
        .map(({ url }) =>
          new URL(url, world.app.url).searchParams.get("userId"),
        );
    await world.openList("0-1");
    await world.page.getByRole("link", { name: "Connected apps" }).click();
    const settings = world.page.getByTestId("settings");
    await settings.getByRole("button", { name: "Try again" }).waitFor();
    expect(asked()).toEqual([String(users[0]?.id)]);
    await world.page.getByLabel("User").selectOption(String(users[1]?.id));
    await settings.getByRole("button", { name: "Try again" }).waitFor();
    expect(asked()).toEqual(users.map(({ id }) => String(id)));
    // The user stays at the desk on the next page.
    await world.page.getByRole("link", { name: "Contacts" }).click();
    await world.page.waitForURL(/views\/all\?user=/);
  });

  test("is there for the app alone", async () => {
    const { status } = await fetch(
      `${world.desk.url}/integrations-settings/${world.portal.portalId}/installed/framework/1/settings`,
    );
    expect(status).toBe(404);
  });
});

describe("the desk's routes", () => {
  test("refuse what another site makes a browser send", async () => {
    const address = `${world.desk.url}/desk/api/portals/${world.portal.portalId}/objects/0-1`;
    const sent = await fetch(address, {
      method: "POST",
      headers: { "sec-fetch-site": "cross-site" },
    });
    expect(sent.status).toBe(403);
  });

  test("answer with a status for pages and objects that do not exist", async () => {
    const api = `${world.desk.url}/desk/api/portals`;
    const status = async (url: string) => (await fetch(url)).status;
    expect(
      await status(`${world.desk.url}/contacts/1/objects/0-99/views/all`),
    ).toBe(404);
    expect(
      await status(`${api}/${world.portal.portalId}/objects/0-1/999`),
    ).toBe(404);
    expect(await status(`${api}/424242`)).toBe(404);
    expect(await status(`${api}/x/objects/0-1`)).toBe(400);
    expect(await status(`${world.desk.url}/desk/extensions/none.js`)).toBe(404);
  });

  test("never hand the app's key or secret to the page", async () => {
    const page = await (
      await fetch(`${world.desk.url}/desk/api/portals/${world.portal.portalId}`)
    ).text();
    expect(page).not.toMatch(/desk-test-key|desk-test-secret/);
  });
});
