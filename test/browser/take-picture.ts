import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";

// node test/browser/take-picture.ts: takes the pictures of the README and of the guides, docs/pictures, from demos of its
// own.

type Addresses = {
  server: string;
  desk: string;
  portalId: number;
  apiKey: string;
  appId: number;
};

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
  await page.goto(settingsOf(addresses));
  const settings = page.getByTestId("settings");
  await settings.getByRole("tab", { name: "Contacts" }).click();
  await settings.getByLabel("Delete on the other side too").check();
  await settings.getByTestId("save").click();
  const question = page.getByTestId("confirm-save");
  await question.getByTestId("effects").waitFor();
  // The button's color changes slowly.
  await pause(500);
  await page.screenshot({ path: target("settings-save.png") });
});

await inDemo({ SETUP_WINDOW_HOURS: "6" }, async (page, addresses) => {
  await page.setViewportSize({ width: 1180, height: 1120 });
  await page.goto(settingsOf(addresses));
  await page.getByTestId("checklist").waitFor();
  await page.screenshot({ path: target("settings.png") });
});

/** Runs a demo on an empty database, with a browser before it, until the work is done. */
async function inDemo(
  environment: Readonly<Record<string, string>>,
  work: (page: Page, addresses: Addresses) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "counterpart-picture-"));
  const demo = spawn(process.execPath, [join(root, "sandbox", "demo.ts")], {
    env: {
      ...process.env,
      ...environment,
      DEMO_DIR: folder,
      DEMO_PORT_BASE: "14360",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(demo, "exit");
  const ready = async (): Promise<Addresses> => {
    for (;;) {
      if (demo.exitCode !== null) throw new Error("The demo did not start.");
      const text = await readFile(join(folder, "addresses.json"), "utf8").catch(
        () => null,
      );
      if (text !== null) return JSON.parse(text) as Addresses;
      await pause(100);
    }
  };
  try {
    const addresses = await ready();
    const browser = await launchBrowser();
    try {
      await work(await browser.newPage(), addresses);
    } finally {
      await browser.close();
    }
  } finally {
    demo.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
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
    headers: { authorization: `Bearer ${apiKey}` },
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
