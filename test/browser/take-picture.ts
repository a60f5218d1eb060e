import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { launchBrowser } from "./browser.ts";

// node test/browser/take-picture.ts: takes the README's picture, docs/pictures/card.png, from a demo of its own.

type Addresses = {
  server: string;
  desk: string;
  portalId: number;
  apiKey: string;
};

const root = join(import.meta.dirname, "..", "..");
const target = join(root, "docs", "pictures", "card.png");

const folder = await mkdtemp(join(tmpdir(), "counterpart-picture-"));
const demo = spawn(process.execPath, [join(root, "sandbox", "demo.ts")], {
  env: { ...process.env, DEMO_DIR: folder, DEMO_PORT_BASE: "14360" },
  stdio: ["ignore", "ignore", "inherit"],
});
const ended = once(demo, "exit");
try {
  const addresses = await ready();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({
      viewport: { width: 1240, height: 660 },
    });
    await page.goto(await pageOf(addresses, "Marta", "Quint"));
    const card = page.getByTestId("card:contact_card");
    await card.getByTestId("held").waitFor();
    await card.getByRole("button", { name: "Recent activity" }).waitFor();
    await page.getByText("Lantern Labs").first().waitFor();
    await page.screenshot({ path: target });
  } finally {
    await browser.close();
  }
  process.stdout.write(`${target}\n`);
} finally {
  demo.kill("SIGTERM");
  await ended;
  await rm(folder, { recursive: true, force: true });
}

async function ready(): Promise<Addresses> {
  for (;;) {
    if (demo.exitCode !== null) throw new Error("The demo did not start.");
    const text = await readFile(join(folder, "addresses.json"), "utf8").catch(
      () => null,
    );
    if (text !== null) return JSON.parse(text) as Addresses;
    await pause(100);
  }
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
