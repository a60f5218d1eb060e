import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Addresses } from "../../sandbox/demo-home.ts";
import { startDemo } from "../sandbox/demo-process.ts";
import { connectHubSpot } from "./connect-hubspot.ts";
import { launchBrowser } from "./browser.ts";

// node test/browser/take-picture.ts: takes the pictures of the README and of the guides, docs/pictures, from demos of its
// own.

const root = join(import.meta.dirname, "..", "..");
const target = (name: string) => join(root, "docs", "pictures", name);

await inDemo({}, async (page, addresses) => {
  await page.setViewportSize({ width: 1240, height: 660 });
  await page.goto(await pageOf(addresses, "Marta", "Quint"));
  const card = page.getByTestId("card:contact_card");
  await card.getByTestId("held").waitFor();
  await card.getByRole("button", { name: "Recent activity" }).waitFor();
  await page.getByText("Lantern Labs").first().waitFor();
  await page.screenshot({ path: target("card.png") });

  await page.setViewportSize({ width: 1180, height: 860 });
  await addPerson(addresses, {
    email: `ben.boss@portal-${addresses.portalId}.example`,
    name: "Ben Boss",
    permissions: ["pull", "assign_contact_owner"],
  });
  await addPerson(addresses, {
    email: "cleo@acme.example",
    name: "Cleo Stone",
    permissions: ["push", "pull", "settings"],
  });
  await page.goto(settingsOf(addresses));
  const settings = page.getByTestId("settings");
  await settings.getByRole("tab", { name: "People" }).click();
  await settings.getByTestId("person-cleo@acme.example").waitFor();
  await settings.getByTestId("sync-user-select").waitFor();
  await page.screenshot({ path: target("people.png") });
  await settings.getByRole("tab", { name: "Contacts" }).click();
  await settings.getByLabel("Delete on the other side too").check();
  await settings.getByTestId("save").click();
  const question = page.getByTestId("confirm-save");
  await question.getByTestId("effects").waitFor();
  // The button's color changes slowly.
  await pause(500);
  await page.screenshot({ path: target("settings-save.png") });
  await page.getByTestId("confirm-save-cancel").click();
  await settings.getByRole("tab", { name: "Mapping" }).click();
  await settings.getByTestId("mapping-stage").waitFor();
  await page.evaluate("scrollTo(0, 0)");
  await page.screenshot({ path: target("settings-mapping.png") });

  await settings.getByTestId("discard").click();
  await settings.getByRole("tab", { name: "Deals" }).click();
  await settings.getByRole("tab", { name: "Sync" }).click();
  await settings.getByTestId("enabled").click();
  await settings.getByTestId("save").click();
  await question.getByTestId("changes").waitFor();
  await page.getByTestId("confirm-save-confirm").click();
  await settings.getByTestId("discard").waitFor({ state: "detached" });
  await settings.getByRole("tab", { name: "Pipelines" }).click();
  const renewals = settings.getByRole("row").filter({ hasText: "Renewals" });
  await renewals.getByText("9", { exact: true }).waitFor();
  await renewals.getByRole("checkbox").uncheck();
  await settings.getByText("9 deals in a pipeline").waitFor();
  const toast = page.locator(".toast").filter({ hasText: "Settings saved" });
  await toast.getByRole("button", { name: "Dismiss" }).click();
  await toast.waitFor({ state: "detached" });
  await page.setViewportSize({ width: 1180, height: 880 });
  await page.evaluate("scrollTo(0, 0)");
  await page.screenshot({ path: target("settings-pipelines.png") });
});

await inDemo({ SETUP_WINDOW_HOURS: "6" }, async (page, addresses) => {
  await page.setViewportSize({ width: 1180, height: 1120 });
  await page.goto(settingsOf(addresses));
  await (await connectHubSpot(page)).close();
  await page
    .getByTestId("step-pull")
    .getByText("in less than a minute")
    .waitFor();
  for (const step of ["map", "rules"]) {
    await page.getByTestId(`mark-${step}`).click();
    await page
      .getByTestId(`mark-${step}`)
      .getByText("Mark as not done")
      .waitFor();
  }
  await page.screenshot({ path: target("settings.png") });
});

/** Runs a demo on an empty database, with a browser before it, until the work is done. */
async function inDemo(
  environment: Readonly<Record<string, string>>,
  work: (page: Page, addresses: Addresses) => Promise<void>,
): Promise<void> {
  const demo = await startDemo(environment);
  try {
    const browser = await launchBrowser();
    try {
      await work(await browser.newPage(), demo.addresses);
    } finally {
      await browser.close();
    }
  } finally {
    await demo.stop();
  }
}

/** Adds somebody to the product's people, as the product does. */
async function addPerson(
  { server, apiKey }: Addresses,
  person: Readonly<Record<string, unknown>>,
): Promise<void> {
  const answer = await fetch(`${server}/api/v1/users`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${apiKey}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(person),
  });
  if (answer.status !== 201) throw new Error(await answer.text());
}

/** The address on the desk of the app's settings. */
function settingsOf({ desk, portalId, appId }: Addresses): string {
  return `${desk}/integrations-settings/${portalId}/installed/framework/${appId}/settings`;
}

/** The address on the desk of a contact that the product knows by name. */
async function pageOf(
  { server, desk, portalId, apiKey }: Addresses,
  first: string,
  last: string,
): Promise<string> {
  const answer = await fetch(`${server}/api/v1/contacts?limit=200`, {
    headers: { authorization: `Bearer ${String(apiKey)}` },
  });
  const { results } = (await answer.json()) as {
    results: { hubspotId: string; properties: Record<string, unknown> }[];
  };
  const contact = results.find(
    ({ properties }) =>
      properties["first_name"] === first && properties["last_name"] === last,
  );
  if (contact === undefined)
    throw new Error(`There is no ${first} ${last} in the demo.`);
  return `${desk}/contacts/${portalId}/record/0-1/${contact.hubspotId}`;
}
