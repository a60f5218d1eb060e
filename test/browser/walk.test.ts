import { Client } from "pg";
import type { Browser, BrowserContext, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDemo } from "../sandbox/demo-process.ts";
import type { Demo } from "../sandbox/demo-process.ts";
import { launchBrowser } from "./browser.ts";
import { connectHubSpot } from "./connect-hubspot.ts";
import { eventually } from "./browser-world.ts";
import { SettingsTab } from "./settings-world.ts";

// A new admin's way from nothing to an account that pulls and pushes, by clicks alone, in the demo that everyone can start.
// SQL and the sandbox's control paths only read what came of it.

let demo: Demo;
let browser: Browser;
let context: BrowserContext;
const pageErrors: string[] = [];

beforeAll(async () => {
  [demo, browser] = await Promise.all([
    startDemo({ SETUP_WINDOW_HOURS: "6" }),
    launchBrowser(),
  ]);
  context = await browser.newContext({
    viewport: { width: 1440, height: 1000 },
  });
  context.on("page", (page) =>
    page.on("pageerror", (error) => pageErrors.push(error.message)),
  );
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
}, 60_000);

test("AP-001 AC-007 AP-120 BN-103 a walk from nothing to an account that pulls and pushes, by clicks alone", async () => {
  const page = await context.newPage();
  const tab = new SettingsTab(page, "");
  page.setDefaultTimeout(60_000);
  await page.goto(demo.addresses.desk);
  await page.getByRole("link", { name: "Connected apps" }).click();

  await (await connectHubSpot(page)).close();
  // The page that waited goes on by itself.
  await tab.ready();
  const step = (name: string): Locator =>
    tab.settings.getByTestId(`step-${name}`);
  const isDone = (name: string): Promise<string | null> =>
    step(name).getByRole("img").first().getAttribute("aria-label");
  const objects = await truth("contacts");
  const companies = await truth("companies");
  await step("pull")
    .getByText(
      `reads ${objects.length} contacts and ${companies.length} companies from HubSpot, in less than a minute. It changes nothing in HubSpot.`,
    )
    .waitFor();
  expect([await isDone("connect"), await isDone("name")]).toEqual([
    "Done",
    "Not done yet",
  ]);

  await tab.settings.getByLabel("Name", { exact: true }).fill("Acme");
  // So that ten records can be looked at before the others follow.
  await step("test")
    .getByRole("button", { name: "Turn off automatic push" })
    .click();
  const said = await tab.save();
  expect(said).toContain('The product is called "Acme".');
  expect(said).toContain("Automatic push is off.");
  await tab.toast("Settings saved");

  await step("map").getByRole("button", { name: "Contact mapping" }).click();
  await tab.settings.getByTestId("mapping-email").waitFor();
  await tab.at("Connection");
  await step("map").getByRole("button", { name: "Mark as done" }).click();
  await step("map").getByRole("button", { name: "Mark as not done" }).waitFor();
  await step("rules").getByRole("button", { name: "Contact rules" }).click();
  await tab.settings.getByTestId("new-pull").waitFor();
  await tab.at("Connection");
  await step("rules").getByRole("button", { name: "Mark as done" }).click();
  await step("rules")
    .getByRole("button", { name: "Mark as not done" })
    .waitFor();

  await step("pull").getByRole("button", { name: "Start now" }).click();
  await page
    .getByTestId("confirm-start")
    .getByRole("button", { name: "Start sync" })
    .click();
  await tab.toast("Sync started");
  await tab.settings.getByTestId("state").getByText("Active").waitFor();
  expect(await isDone("pull")).toBe("Done");
  // Until now, HubSpot has what it had, and the product has its own records beside HubSpot's.
  expect(await truth("contacts")).toEqual(objects);
  const own = (await records()) - objects.length;
  expect(own).toBeGreaterThan(10);

  await step("test").getByRole("button", { name: "Push 10 contacts" }).click();
  await page
    .getByTestId("confirm-test-push-contact")
    .getByRole("button", { name: "Push contacts" })
    .click();
  await step("test").getByText("10 created.").waitFor();
  await eventually(() => isDone("test")).toBe("Done");
  expect(await isDone("push")).toBe("Not done yet");
  expect(await truth("contacts")).toHaveLength(objects.length + 10);

  await page.getByRole("link", { name: "Contacts" }).click();
  await page.locator("a.name").first().click();
  const card = page.getByTestId("card:contact_card");
  const status = card.getByTestId("status");
  await status.getByText("In sync").waitFor();
  const inHubSpot = page.getByRole("region", { name: "HubSpot properties" });
  const inAcme = page.getByRole("region", { name: "Workspace record" });
  await inHubSpot
    .getByLabel("jobtitle", { exact: true })
    .fill("Head of Pottery");
  await inHubSpot.getByRole("button", { name: "Save" }).click();
  await eventually(() =>
    inAcme.getByLabel("job_title", { exact: true }).inputValue(),
  ).toBe("Head of Pottery");

  await inAcme.getByLabel("city", { exact: true }).fill("Faenza");
  await inAcme.getByRole("button", { name: "Save" }).click();
  // What others do reaches a card that is looked at again.
  await eventually(async () => {
    await card.getByTestId("refresh").click();
    return card.getByTestId("difference-city").isVisible();
  }).toBe(true);
  await card.getByTestId("push").click();
  await page.getByText("was pushed to HubSpot").waitFor();
  await eventually(() =>
    inHubSpot.getByLabel("city", { exact: true }).inputValue(),
  ).toBe("Faenza");
  const id = page.url().split("/").at(-1);
  expect(
    (await truth("contacts")).find((object) => object.id === id)?.properties,
  ).toMatchObject({ jobtitle: "Head of Pottery", city: "Faenza" });

  await page.getByRole("link", { name: "Connected apps" }).click();
  await tab.ready();
  // The product has used its key, and a card was opened.
  expect([await isDone("key"), await isDone("card")]).toEqual(["Done", "Done"]);
  await step("push")
    .getByRole("button", { name: "Turn on automatic push" })
    .click();
  expect(await tab.save()).toContain("Automatic push is on.");
  await tab.toast("Settings saved");
  await eventually(async () => (await truth("contacts")).length).toBe(
    objects.length + own,
  );
  await step("try").getByRole("button", { name: "Mark as done" }).click();
  // All is done: the list is out of the way, and can be opened again.
  await tab.button("Set-up checklist").click();
  await tab.settings.getByText("10 of 10 done").waitFor();
  expect(pageErrors).toEqual([]);
}, 180_000);

type Objects = { id: string; properties: Record<string, string | null> }[];

/** What HubSpot has. */
async function truth(type: "contacts" | "companies"): Promise<Objects> {
  const { sandbox, portalId } = demo.addresses;
  const answer = await fetch(
    `${sandbox}/sandbox/portals/${portalId}/objects/${type}?archived=false`,
  );
  return ((await answer.json()) as { results: Objects }).results;
}

/** How many contacts the product has, as its own login sees them. */
async function records(): Promise<number> {
  const { databaseUrl } = await demo.newest();
  const product = new Client({ connectionString: databaseUrl ?? "" });
  await product.connect();
  try {
    const { rows } = await product.query<{ n: number }>(
      "select count(*)::int as n from workspace.contacts",
    );
    return rows[0]?.n ?? 0;
  } finally {
    await product.end();
  }
}
