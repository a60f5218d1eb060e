import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import { DeskWorld } from "./desk-world.ts";

let world: DeskWorld;
let contact: string;

beforeAll(async () => {
  world = await DeskWorld.start("test");
  contact = world.contact({
    email: "grace@acme.example",
    firstname: "Grace",
    lastname: "Hopper",
    jobtitle: "Admiral",
  });
  world.app.view = { record: null };
});
afterAll(() => world.close());
beforeEach(async () => {
  world.app.next.length = 0;
  await world.openRecord("0-1", contact);
  await said().waitFor();
});
afterEach(() => {
  expect(world.pageErrors.splice(0)).toEqual([]);
});

const said = () => world.page.getByTestId("said");
const card = () => world.page.getByTestId("card:probe_card");
const press = (name: string) =>
  card().getByRole("button", { name, exact: true }).click();
async function saidText(text: string | RegExp) {
  await said().filter({ hasText: text }).waitFor();
}

describe("a card on the desk", () => {
  test("is told where it runs", async () => {
    const context: unknown = JSON.parse(
      await card().getByTestId("context").innerText(),
    );
    const [user] = world.portal.users;
    expect(context).toMatchObject({
      location: "crm.record.sidebar",
      crm: { objectId: Number(contact), objectTypeId: "0-1" },
      portal: { id: world.portal.portalId },
      user: {
        id: user?.id,
        email: user?.email,
        firstName: user?.firstName,
        lastName: user?.lastName,
      },
      variables: { API_ORIGIN: world.app.url },
      extension: { appId: 500_001, appName: "Desk test", cardTitle: "Probe" },
    });
  });

  test("reaches the app's server by hubspot.fetch, on behalf of the portal's user", async () => {
    world.app.next.push({
      path: "/ui/probe",
      reply: { status: 422, body: { title: "Not now" } },
    });
    await press("Ask");
    await saidText('422 {"title":"Not now"}');
    const asked = world.app.calls("GET", "/ui/probe").at(-1);
    expect(asked && world.app.signed(asked)).toBe(true);
    const query = new URL(asked?.url ?? "", world.app.url).searchParams;
    expect(query.get("portalId")).toBe(String(world.portal.portalId));
    expect(query.get("userEmail")).toBe(world.portal.users[0]?.email);
  });

  test("posts JSON, and the page looks again at both sides", async () => {
    const before = world.app.calls("GET", "/ui/card").length;
    await press("Post");
    await saidText("200");
    expect(world.app.calls("POST", "/ui/probe").at(-1)?.body).toBe(
      '{"some":"thing"}',
    );
    await expect
      .poll(() => world.app.calls("GET", "/ui/card").length)
      .toBeGreaterThan(before);
  });

  test.each([
    ["Ask elsewhere", "not in the app's permittedUrls"],
    ["Plain fetch", "fetch does not exist in HubSpot's worker"],
    ["WebSocket", "WebSocket does not exist"],
    ["XMLHttpRequest", "XMLHttpRequest does not exist"],
  ])("has no other way out: %s", async (button, reason) => {
    await press(button);
    await saidText(`threw Error: ${reason}`.slice(0, 12));
    expect(await said().innerText()).toContain(reason);
  });

  test("shows alerts as HubSpot does", async () => {
    await press("Alert");
    await world.page
      .getByRole("status")
      .filter({ hasText: "An alert from the card" })
      .waitFor();
    await world.page.getByRole("button", { name: "Dismiss" }).click();
    await world.page
      .getByText("An alert from the card")
      .waitFor({ state: "detached" });
  });

  test("hears of a property that the user has changed", async () => {
    await card().getByTestId("job").filter({ hasText: "Admiral" }).waitFor();
    const field = world.page.getByTestId("property:jobtitle");
    await field.fill("Commodore");
    await world.page
      .getByRole("region", { name: "HubSpot properties" })
      .getByRole("button", { name: "Save" })
      .click();
    await card().getByTestId("job").filter({ hasText: "Commodore" }).waitFor();
    expect(world.properties("contacts", contact)["jobtitle"]).toBe("Commodore");
  });

  test("makes the page read the object again by refreshObjectProperties", async () => {
    await world.page.getByTestId("property:city").waitFor();
    const actor = { changeSource: "INTEGRATION", sourceId: "55" } as const;
    world.portal.portal.update(
      "contacts",
      contact,
      { city: "Arlington" },
      actor,
    );
    await press("Refresh properties");
    await expect
      .poll(() => world.page.getByTestId("property:city").inputValue())
      .toBe("Arlington");
  });

  test("loses no letter of what is typed fast into a field that it controls", async () => {
    const text = "The quick brown fox jumps over the lazy dog";
    await card().getByLabel("Word").pressSequentially(text);
    await card().getByTestId("word").filter({ hasText: text }).waitFor();
    expect(await card().getByLabel("Word").inputValue()).toBe(text);
    await press("Send");
    await saidText(`"word":"${text}"`);
  });

  test("uses selects, switches, tabs and pages", async () => {
    await card().getByLabel("Choice").selectOption("Apple");
    await card()
      .getByRole("switch", { name: "Switch" })
      .setChecked(true, { force: true });
    await card().getByTestId("state").filter({ hasText: "a on" }).waitFor();
    await card().getByText("In the second tab").waitFor();
    await card().getByRole("tab", { name: "One" }).click();
    await card().getByText("In the first tab").waitFor();
    expect(await card().getByText("In the second tab").isVisible()).toBe(false);
    await card().getByRole("button", { name: "Next" }).click();
    await saidText("page 2");
  });

  test("opens a dialog from an overlay and closes it by its id", async () => {
    await press("Open");
    const dialog = world.page.getByRole("dialog", { name: "Are you sure?" });
    await dialog.getByText("It cannot be taken back.").waitFor();
    await world.picture("card-dialog");
    await dialog.getByRole("button", { name: "Never mind" }).click();
    await dialog.waitFor({ state: "detached" });
  });

  test("lists what is said of a thing under a heading, label beside value", async () => {
    await card().getByRole("heading", { name: "Particulars" }).waitFor();
    expect(await card().getByRole("term").innerText()).toBe("Rank");
    expect(await card().getByRole("definition").innerText()).toBe(
      "Rear admiral",
    );
  });

  test("opens a panel at the window's edge and closes it by its id", async () => {
    await press("Read");
    const panel = world.page.getByRole("dialog", { name: "All of it" });
    await panel.getByText("What is too long for a card.").waitFor();
    const box = await panel.boundingBox();
    const width = await world.page.evaluate("innerWidth");
    expect(box === null ? null : Math.round(box.x + box.width)).toBe(width);
    await panel.getByRole("button", { name: "Enough" }).click();
    await panel.waitFor({ state: "detached" });
  });

  test("shows a tooltip while its button is pointed at, and after no click", async () => {
    const hint = card().getByText("Only a hint");
    expect(await hint.isVisible()).toBe(false);
    await card().getByRole("button", { name: "Hover" }).hover();
    await hint.waitFor();
    await card().getByTestId("said").hover();
    await hint.waitFor({ state: "hidden" });
  });

  test("lives on beside a component that the desk does not draw", async () => {
    await card().getByText("BarChart is not drawn by the desk.").waitFor();
    await world.picture("card-kit");
  });

  test("starts anew by its reload button", async () => {
    await press("Plain fetch");
    await saidText("threw");
    await press("Reload card");
    await saidText("nothing yet");
  });

  test("fails the page when a handler throws", async () => {
    await press("Throw");
    // The worker reports it, and so does the page, whose call of the handler fails.
    await expect.poll(() => world.pageErrors.length).toBe(2);
    expect(world.pageErrors.splice(0)).toEqual([
      "The handler threw on purpose.",
      "The handler threw on purpose.",
    ]);
    await press("Plain fetch");
    await saidText("threw");
  });

  test("shows its own crash, and the page around it lives", async () => {
    const company = world.company({ name: "Acme", domain: "acme.example" });
    await world.openRecord("0-2", company);
    await world.page
      .getByRole("alert")
      .filter({ hasText: "The card crashed on purpose." })
      .waitFor();
    await world.picture("card-crash");
    expect(await world.page.getByTestId("property:name").inputValue()).toBe(
      "Acme",
    );
    await expect.poll(() => world.pageErrors.length).toBe(2);
    expect(world.pageErrors.splice(0)).toEqual([
      "The card crashed on purpose.",
      "The card crashed on purpose.",
    ]);
  });
});
