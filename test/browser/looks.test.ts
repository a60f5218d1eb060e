import type { Locator } from "playwright-core";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { eventually, useBrowser } from "./browser-world.ts";

// 7-B5, 7-B6: every state of the card, wide and on a phone: nothing is cut off, no text is said twice, no code is shown.

const browser = useBrowser();
const widths = [1280, 390];
const family = "👩‍👩‍👧‍👦";
let people = 0;

beforeAll(async () => {
  await browser.at.settings((settings) => {
    for (const type of [settings.contact, settings.company])
      type.deletionSync = true;
  });
});

beforeEach(async () => {
  await browser.at.world.control("DELETE", "/sandbox/faults");
  await browser.at.settings((settings) => {
    settings.automatic = { pull: true, push: true };
    settings.contact.policy = "initiator";
    settings.productName = "your product";
    settings.recordUrl = null;
  });
});

async function person(more: Record<string, string> = {}): Promise<string> {
  people += 1;
  return browser.at.make("contacts", {
    email: `grace${people}@looks.example`,
    firstname: "Grace",
    lastname: "Hopper",
    jobtitle: "Admiral",
    phone: "+1 555 100",
    ...more,
  });
}

/** Pictures of what stands on the page at both widths, and what must hold of each. */
async function look(
  name: string,
  part: Locator = browser.at.card,
): Promise<void> {
  const { at } = browser;
  for (const width of widths) {
    await at.page.setViewportSize({ width, height: 1000 });
    await at.picture(`looks-${name}-${width}`);
    expect(await at.page.evaluate(tooWide), `${name} at ${width}`).toBe(0);
    expect(await part.evaluate(outside), `${name} at ${width}`).toEqual([]);
  }
  await at.page.setViewportSize({ width: 1280, height: 1000 });
  const text = await part.innerText();
  expect(text).not.toMatch(/undefined|null|NaN|\[object|\b[a-z]+_[a-z]+/);
  // Each of the fields says what a click would do to it, perhaps the same.
  const fields = await part.locator("[data-testid^=difference-]").all();
  let rest = text;
  for (const field of fields) rest = rest.replace(await field.innerText(), "");
  const sentences = rest
    .split(/\n|(?<=[.!?]) /)
    .map((sentence) => sentence.trim())
    .filter((said) => said.length > 24 && !said.startsWith("First seen"));
  expect(sentences.filter((one, n) => sentences.indexOf(one) < n)).toEqual([]);
}

const tooWide = `Math.max(0, document.documentElement.scrollWidth - innerWidth)`;

type Drawn = {
  getBoundingClientRect(): { left: number; right: number };
  querySelectorAll(selector: string): Iterable<Drawn>;
  checkVisibility(): boolean;
  textContent: string | null;
};

/** Texts within an element of the page that reach beyond its right or left edge. */
function outside(element: unknown): string[] {
  const part = element as Drawn;
  const { left, right } = part.getBoundingClientRect();
  return [...part.querySelectorAll("*")].flatMap((inner) => {
    const box = inner.getBoundingClientRect();
    return inner.checkVisibility() &&
      (box.right > right + 1 || box.left < left - 1)
      ? [(inner.textContent ?? "").slice(0, 60)]
      : [];
  });
}

const api = (path: string, properties: Record<string, unknown>) =>
  browser.at.world.api("PATCH", path, { properties });

async function recordOf(objectId: string): Promise<string> {
  const { body } = await browser.at.world.api<{
    results: { id: string; hubspotId: string | null }[];
  }>("GET", "/contacts?limit=200");
  const found = body.results.find(({ hubspotId }) => hubspotId === objectId);
  return found?.id ?? "";
}

test("in sync, with nothing to do", async () => {
  const { at } = browser;
  await at.open("contacts", await person());
  await at.status("In sync");
  expect(await at.card.getByTestId("sync").isDisabled()).toBe(true);
  await look("in-sync");
});

test("changes pending: long values, emoji and Arabic, which can be read whole; and what a pull would undo", async () => {
  const { at } = browser;
  const id = await person();
  const record = await recordOf(id);
  await at.settings((settings) => {
    settings.automatic = { pull: false, push: false };
  });
  const story = `${family.repeat(60)} مرحبا بالعالم ${"long ".repeat(60)}end`;
  await at.world.inHubSpot("PATCH", `/objects/contacts/${id}`, {
    properties: { jobtitle: story, city: "الرياض", state: "x".repeat(300) },
  });
  await api(`/contacts/${record}`, {
    phone: "+1 555 150",
    country: "مصر",
    mobile_phone: "+1 555 151",
  });
  await at.open("contacts", id);
  await at.status("Changes pending");
  await look("pending");
  await at.card.getByTestId("show-whole-job_title").click();
  const panel = at.page.getByTestId("whole-job_title");
  await panel.getByText("end").waitFor();
  expect(await panel.innerText()).toContain(story);
  await look("whole-value", panel);
  await at.page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await at.card.getByTestId("pull").click();
  await look("pull-asks", at.page.getByTestId("confirm-pull"));
});

test("conflicts, of which one has long values", async () => {
  const { at } = browser;
  const id = await person();
  const record = await recordOf(id);
  await at.settings((settings) => {
    settings.automatic = { pull: false, push: false };
    settings.contact.policy = "hold";
  });
  await at.world.inHubSpot("PATCH", `/objects/contacts/${id}`, {
    properties: { jobtitle: `H${"ubspot".repeat(40)}`, phone: "+1 555 300" },
  });
  await api(`/contacts/${record}`, {
    job_title: "Ours",
    phone: "+1 555 200",
  });
  await at.open("contacts", id);
  await at.card.getByTestId("sync").click();
  await at.card.getByTestId("held").waitFor();
  await at.page.getByText("Conflicts to resolve", { exact: true }).waitFor();
  await look("conflicts");
  await at.card.getByRole("button", { name: "Use HubSpot's Phone" }).click();
  await at.page.getByText("Conflict resolved").waitFor();
  await look("conflict-resolved");
});

test("problems, and a retry that fails", async () => {
  const { at } = browser;
  const id = await person();
  const taken = await person();
  const record = await recordOf(id);
  await api(`/contacts/${record}`, {
    email: `grace${people}@looks.example`,
    lead_status: "no such status",
  });
  await at.open("contacts", id);
  await at.status("Problem");
  await at.shown(at.card.getByText("1 of 2"));
  await look("problems");
  await at.card
    .getByRole("button", { name: "Retry", exact: false })
    .first()
    .click();
  await at.page.getByText("Retry failed").waitFor();
  await look("retry-failed");
  expect(taken).not.toBe(id);
});

test("a product with a long name, and the link to its record", async () => {
  const { at } = browser;
  const id = await person();
  const record = await recordOf(id);
  await at.settings((settings) => {
    settings.automatic = { pull: false, push: false };
    settings.contact.policy = "hold";
    settings.productName = "Orbit Customer Relations";
    settings.recordUrl = "https://app.example.com/{type}s/{id}";
  });
  await at.world.inHubSpot("PATCH", `/objects/contacts/${id}`, {
    properties: { jobtitle: "Commodore", phone: "+1 555 300" },
  });
  await api(`/contacts/${record}`, {
    job_title: "Captain",
    phone: "+1 555 200",
    city: "Arlington",
  });
  await at.open("contacts", id);
  const link = at.card.getByRole("link", { name: "Open in Orbit Customer" });
  expect(await link.getAttribute("href")).toBe(
    `https://app.example.com/contacts/${record}`,
  );
  await at.shown(at.card.getByText("changed in Orbit Customer"));
  await look("product-named");
  await at.card.getByTestId("sync").click();
  await at.card.getByTestId("held").waitFor();
  await look("product-conflicts");
});

test("only in HubSpot, and a company that the push would create", async () => {
  const { at } = browser;
  await at.settings((settings) => {
    settings.automatic = { pull: false, push: false };
  });
  const id = await person();
  await at.open("contacts", id);
  await at.shown(at.card.getByText("Not in your product"));
  await look("not-synced");
  await at.card.getByTestId("pull").click();
  await at.page.getByText("Pulled from HubSpot").waitFor();
  const { body } = await at.world.api<{ id: string }>("POST", "/companies", {
    properties: { name: "شركة Lantern Labs", domain: "lantern.example" },
  });
  await at.world.api("PATCH", `/contacts/${await recordOf(id)}`, {
    companyId: body.id,
  });
  await at.open("contacts", id);
  await at.card.getByTestId("with-company").waitFor();
  await look("with-company");
});

test("HubSpot isn't responding, Counterpart isn't either, and the outcome of a click is unknown", async () => {
  const { at } = browser;
  const id = await person();
  await at.open("contacts", id);
  await at.status("In sync");
  await at.world.control("PUT", "/sandbox/faults", {
    path: "batch/read",
    status: 503,
  });
  await at.status("Not checked");
  await look("not-checked");
  await at.world.control("DELETE", "/sandbox/faults");
  await at.settings((settings) => {
    settings.automatic = { pull: false, push: false };
  });
  await api(`/contacts/${await recordOf(id)}`, { city: "Arlington" });
  await at.status("Changes pending");
  await at.page.route(/\/desk\/proxy\//, (route) =>
    (route.request().postData() ?? "").includes("/card/push")
      ? route.abort()
      : route.continue(),
  );
  await at.card.getByTestId("push").click();
  await at.card.getByText("You can safely try again").waitFor();
  await look("unknown-outcome");
  await at.page.unroute(/\/desk\/proxy\//);
});

test("an account with deletions to approve, paused, and disconnected", async () => {
  const { at } = browser;
  await at.settings(({ contact }) => {
    contact.brakes.deletions = { count: 2, share: 0 };
  });
  const ids = [await person(), await person(), await person()];
  const [kept = "", ...gone] = ids;
  for (const id of gone)
    await at.world.inHubSpot("DELETE", `/objects/contacts/${id}`);
  await at.open("contacts", kept);
  await eventually(async () => {
    await at.card.getByTestId("refresh").click();
    return at.card.getByText("were deleted").count();
  }).toBeGreaterThan(0);
  await look("approval");
  await at.card.getByRole("button", { name: "Delete in your product" }).click();
  await look("approval-asks", at.page.getByRole("dialog"));
  await at.page
    .getByRole("dialog")
    .getByRole("button", { name: "Cancel" })
    .click();
  await at.card.getByRole("button", { name: "Keep in your product" }).click();
  await at.page.getByText("Decision saved").waitFor();
  await at.world.api("POST", "/installation/hold");
  await at.open("contacts", kept);
  await at.status("Paused");
  await look("paused");
  await at.world.api("POST", "/installation/start");
  await at.world.inHubSpot("POST", "/tokens/expire", { refreshTokens: true });
  await at.status("Disconnected");
  await look("disconnected");
});
