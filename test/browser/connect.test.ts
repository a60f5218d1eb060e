import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useWorld } from "../acceptance/world.ts";
import { launchBrowser } from "./browser.ts";

const at = useWorld({
  install: false,
  environment: { SETUP_WINDOW_HOURS: "6" },
});
let browser: Browser;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
  });
  const { origin } = new URL(at.world.server.publicUrl);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], {
    origin,
  });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
});

/** A person goes from the install link through HubSpot's consent page to our last page. */
async function connect(): Promise<void> {
  await page.goto(`${at.world.server.publicUrl}/oauth/install`);
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Connect app" }).click();
  await page.getByRole("heading", { name: "HubSpot is connected" }).waitFor();
}

const statusOf = async (key: string): Promise<number> => {
  at.world.apiKey = key;
  return (await at.world.api("GET", "/installation")).status;
};

const copied = async (): Promise<string> => {
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("status").getByText("Copied").waitFor();
  return page.evaluate("navigator.clipboard.readText()");
};

/** Nothing is cut off or needs to be scrolled sideways, on a phone either. */
async function fits(): Promise<void> {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(
      await page.evaluate("document.documentElement.scrollWidth"),
    ).toBeLessThanOrEqual(width);
  }
}

test("7-B7 an admin connects, sees which account and what comes next, and copies the key; connecting again keeps it until a new one is asked for", async () => {
  const { portalId } = at.world;
  await connect();
  const main = page.getByRole("main");
  await main.getByText(`portal-${portalId}.example (ID ${portalId})`).waitFor();
  await main.getByText("The first pull starts on").waitFor();
  expect(
    await page
      .getByRole("link", { name: "Continue in HubSpot" })
      .getAttribute("href"),
  ).toBe(`https://app.hubspot.com/integrations-settings/${portalId}/installed`);
  await fits();
  const key = await copied();
  expect(await statusOf(key)).toBe(200);

  await connect();
  await main.getByText("API key is still valid").waitFor();
  expect(await main.innerText()).not.toContain("cpk_");
  await fits();
  await page.getByRole("button", { name: "Create new key" }).click();
  await page.getByRole("heading", { name: "New API key created" }).waitFor();
  await fits();
  const next = await copied();
  expect(next).not.toBe(key);
  expect([await statusOf(key), await statusOf(next)]).toEqual([200, 200]);
  expect(errors).toEqual([]);
}, 60_000);
