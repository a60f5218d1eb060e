import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { z } from "zod";
import type { Addresses } from "../../sandbox/demo-home.ts";
import { startDemo } from "../sandbox/demo-process.ts";
import { launchBrowser } from "./browser.ts";
import { connectHubSpot } from "./connect-hubspot.ts";
import { SettingsTab } from "./settings-world.ts";

// SCREENS=/tmp/screens node test/browser/settings-pictures.ts: pictures of every screen of the settings page and of its
// states, each in a wide and a narrow window, to be looked at. ONLY=set-up, active, or deals takes a part of them. Fails if
// one is wider than its window.

const folder = process.env["SCREENS"];
if (folder === undefined)
  throw new Error("SCREENS names the folder for the pictures.");
await mkdir(folder, { recursive: true });
const only = process.env["ONLY"];
const tooWide: string[] = [];

const browser = await launchBrowser();
async function inDemo(
  environment: Readonly<Record<string, string>>,
  work: (screen: Screen) => Promise<void>,
): Promise<void> {
  const demo = await startDemo(environment);
  try {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
    });
    await work(new Screen(await context.newPage(), demo.addresses));
    await context.close();
  } finally {
    await demo.stop();
  }
}

/** The settings page as one person has it open. */
class Screen extends SettingsTab {
  readonly addresses: Addresses;

  constructor(page: Page, addresses: Addresses, userId?: number) {
    const { desk, portalId, appId } = addresses;
    super(
      page,
      `${desk}/integrations-settings/${portalId}/installed/framework/${appId}/settings${userId === undefined ? "" : `?user=${userId}`}`,
    );
    this.addresses = addresses;
    page.setDefaultTimeout(60_000);
  }

  async another(userId?: number): Promise<Screen> {
    const page = await this.page.context().newPage();
    return new Screen(page, this.addresses, userId);
  }

  control(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.addresses.sandbox}/sandbox${path}`, {
      method,
      ...(body === undefined
        ? {}
        : {
            body: JSON.stringify(body),
            headers: { "content-type": "application/json" },
          }),
    });
  }

  async shot(
    name: string,
    what?: Locator,
    fullPage = true,
    widths: readonly number[] = [1280, 600],
  ): Promise<void> {
    await what?.waitFor();
    for (const width of widths) {
      await this.page.setViewportSize({ width, height: 900 });
      const wide = Number(
        await this.page.evaluate("document.documentElement.scrollWidth"),
      );
      if (wide > width) tooWide.push(`${name}: ${wide} at ${width}`);
      if (fullPage) await this.page.evaluate("scrollTo(0, 0)");
      await this.page.screenshot({
        path: join(folder ?? "", `${name}-${width}.png`),
        fullPage,
        animations: "disabled",
      });
    }
    await this.page.setViewportSize({ width: 1280, height: 900 });
  }

  /** A record's page on the desk, with the card: wide, and on a phone. */
  async record(name: string, typeId: string, id: string): Promise<void> {
    const { desk, portalId } = this.addresses;
    await this.page.goto(`${desk}/contacts/${portalId}/record/${typeId}/${id}`);
    await this.shot(
      name,
      this.page.getByTestId("status").getByText("In sync"),
      true,
      [1280, 390],
    );
  }

  /** What lies over the page covers the window only. */
  async shotOver(name: string, what: Locator): Promise<void> {
    await this.shot(name, what, false);
  }

  /** Opens a question by its button, takes its picture, and cancels it. */
  async question(button: Locator, id: string): Promise<void> {
    await button.click();
    const question = this.page.getByTestId(id);
    await this.shotOver(id, question);
    await question.getByRole("button", { name: "Cancel" }).click();
    await question.waitFor({ state: "detached" });
  }
}

async function settingUp(screen: Screen): Promise<void> {
  const { page, settings } = screen;
  await screen.open();
  await screen.shot(
    "not-connected",
    settings.getByText("Connect HubSpot first"),
  );
  const consent = await connectHubSpot(page);
  for (const width of [1280, 600]) {
    await consent.setViewportSize({ width, height: 900 });
    await consent.screenshot({
      path: join(folder ?? "", `connected-${width}.png`),
    });
  }
  await consent.close();
  await screen.ready();
  await screen.shot("set-up", settings.getByText("in less than a minute"));
  await screen.question(settings.getByTestId("start"), "confirm-start");
  await screen.question(settings.getByTestId("pause"), "confirm-pause");
  await settings.getByTestId("pause").click();
  await page.getByTestId("confirm-pause-confirm").click();
  await screen.toast("Sync paused");
  await screen.shot(
    "set-up-paused",
    settings.getByText("it doesn't start by itself"),
  );
  await screen.control("PUT", "/faults", { latencyMs: 4_000 });
  await settings.getByTestId("start").click();
  await page.getByTestId("confirm-start-confirm").click();
  await screen.toast("Sync started");
  await screen.shot("first-pull", settings.getByText("In progress:"));
  await screen.control("DELETE", "/faults");
  await settings.getByTestId("state").getByText("Active").waitFor();
  await screen.shot("first-pull-ended");
}

async function active(screen: Screen): Promise<void> {
  const { page, settings, addresses } = screen;
  const { portalId } = addresses;
  await page.route("**/desk/proxy/**", () => undefined);
  await screen.open();
  await screen.shot("loading", settings.getByText("Loading settings…"));
  await page.unroute("**/desk/proxy/**");
  await page.route("**/desk/proxy/**", (route) =>
    route.fulfill({
      json: { ok: true, status: 502, body: "", contentType: "text/html" },
    }),
  );
  await screen.open();
  await screen.shot("no-answer", settings.getByText("didn't respond"));
  await page.unroute("**/desk/proxy/**");
  await screen.open();
  await screen.ready();
  await screen.shot("connection");
  const parts = {
    Sync: "Merged in HubSpot",
    Mapping: "Add a mapping",
    Fields: "Add a field",
  };
  for (const tab of ["Contacts", "Companies"])
    for (const [part, text] of Object.entries(parts)) {
      await screen.at(tab, part);
      await screen.shot(
        `${tab.toLowerCase()}-${part.toLowerCase()}`,
        settings.getByText(text).first(),
      );
    }
  await screen.at("People");
  await screen.shot("people", settings.getByText("Change sync user").first());
  await screen.at("Owners");
  await screen.shot("owners", settings.getByText("Add email").first());
  await screen.at("Contacts", "Mapping");
  await screen.button("Add a mapping").click();
  const panel = page.getByTestId("add-mapping");
  await screen.shotOver("add-mapping", panel);
  await panel.getByTestId("property").selectOption("hs_lead_status");
  await panel
    .locator("option", { hasText: "Make a field for" })
    .waitFor({ state: "attached" });
  await screen.shotOver("add-mapping-property", panel);
  await panel.getByRole("button", { name: "Cancel" }).click();
  await settings
    .getByTestId("mapping-stage")
    .getByRole("button", { name: "Edit" })
    .click();
  await screen.shotOver(
    "edit-mapping",
    page.getByTestId("edit-stage").getByText("accepts only its options"),
  );
  await page.keyboard.press("Escape");

  await screen.open();
  await screen.ready();
  await screen.at("Contacts", "Sync");
  await settings.getByLabel("Delete on the other side too").check();
  await settings.getByTestId("save").click();
  await screen.shotOver(
    "save-deletions",
    page.getByTestId("confirm-save").getByTestId("effects"),
  );
  await page.getByTestId("confirm-save-cancel").click();
  await settings.getByTestId("discard").click();
  await screen.at("Connection");
  await settings.getByLabel("Record link").fill("no address");
  await screen.shot("unsaved", settings.getByText("1 change isn't saved"));
  await settings.getByTestId("save").click();
  await screen.shotOver("save-errors", page.getByTestId("errors"));
  await page.getByTestId("confirm-save-cancel").click();
  await settings.getByTestId("discard").click();

  const other = await screen.another();
  await other.open();
  await other.ready();
  await other.settings.getByLabel("Name", { exact: true }).fill("Acme");
  await settings.getByLabel("Name", { exact: true }).fill("Bigfoot");
  await other.save();
  await other.toast("Settings saved");
  await other.page.close();
  await settings.getByTestId("save").click();
  await page.getByTestId("confirm-save-confirm").click();
  await screen.shot("conflict", settings.getByTestId("conflict"));
  await settings.getByRole("button", { name: "Discard mine" }).click();

  await screen.at("Versions");
  await settings.getByTestId("roll-back-1-open").click();
  await screen.shotOver(
    "roll-back",
    page.getByTestId("roll-back-1").getByTestId("changes"),
  );
  await page.getByTestId("roll-back-1-cancel").click();
  await screen.shot("versions");
  await screen.at("Connection");
  await screen.question(settings.getByTestId("pause"), "confirm-pause");
  await screen.question(settings.getByTestId("new-key"), "confirm-key");
  await settings.getByTestId("new-key").click();
  await page.getByTestId("confirm-key-confirm").click();
  await screen.shot("new-key", settings.getByText("cpk_").last());
  await settings.getByRole("button", { name: "Uninstall" }).first().click();
  await screen.question(settings.getByTestId("uninstall"), "confirm-uninstall");

  const looking = await screen.another(portalId * 10 + 2);
  await looking.open();
  await looking.shot(
    "no-permission",
    looking.settings.getByTestId("no-permission"),
  );
  await looking.at("Contacts", "Sync");
  await looking.shot("no-permission-rules");
  await looking.page.close();

  await settings.getByTestId("pause").click();
  await page.getByTestId("confirm-pause-confirm").click();
  await screen.toast("Sync paused");
  await screen.shot("paused", settings.getByTestId("banner"));
  await screen.control("POST", `/portals/${portalId}/tokens/expire`, {
    refreshTokens: true,
  });
  await settings.getByTestId("banner-resume").click();
  await screen.toast("Sync started");
  for (;;) {
    await settings.getByTestId("refresh-page").click();
    if (
      await settings
        .getByText("Counterpart is disconnected")
        .first()
        .isVisible()
    )
      break;
    await page.waitForTimeout(500);
  }
  await screen.shot("disconnected");
}

const dealScopes = ["crm.objects.deals.read", "crm.objects.deals.write"];
const madeSchema = z.object({
  id: z.string(),
  stages: z.array(z.object({ id: z.string() })).optional(),
});
const objectsSchema = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      associations: z.array(z.object({ toType: z.string(), toId: z.string() })),
    }),
  ),
});

async function deals(screen: Screen): Promise<void> {
  const { page, settings, addresses } = screen;
  const inHubSpot = `/portals/${addresses.portalId}`;
  const make = async (path: string, body: unknown) =>
    madeSchema.parse(
      await (await screen.control("POST", `${inHubSpot}${path}`, body)).json(),
    );
  const connect = (withholdScopes: readonly string[]) =>
    screen.control("POST", `${inHubSpot}/install`, { withholdScopes });

  await connect(dealScopes);
  await screen.open();
  await screen.ready();
  await screen.at("Deals", "Sync");
  await screen.shot("deals-not-granted", settings.getByTestId("grant"));
  await screen.at("Deals", "Pipelines");
  await screen.shot(
    "pipelines-not-granted",
    settings.getByText("No pipelines yet"),
  );
  await connect([]);

  // More than the removal reads at once, so that it stops on its way.
  const upsells = await make("/pipelines/deals", {
    label: "Upsells",
    displayOrder: 2,
    stages: ["Idea", "Offer"].map((label, displayOrder) => ({
      label,
      displayOrder,
      metadata: { probability: "0.5" },
    })),
  });
  for (let n = 1; n <= 230; n++)
    await make("/objects/deals", {
      properties: {
        dealname: `Upsell ${n}`,
        pipeline: upsells.id,
        dealstage: upsells.stages?.[0]?.id,
      },
    });

  await screen.open();
  await screen.ready();
  await screen.at("Deals", "Sync");
  await screen.shot("deals-off");
  await screen.at("Deals", "Pipelines");
  await screen.shot("pipelines-off", settings.getByText("No pipelines yet"));
  await screen.at("Deals", "Sync");
  await settings.getByTestId("enabled").click();
  await screen.shot(
    "deals-turning-on",
    settings.getByTestId("turning-on").getByText("HubSpot has"),
  );
  await settings.getByTestId("save").click();
  await screen.shotOver(
    "save-deals-on",
    page.getByTestId("confirm-save").getByTestId("changes"),
  );
  await screen.control("PUT", "/faults", { latencyMs: 3_000 });
  await page.getByTestId("confirm-save-confirm").click();
  await screen.toast("Settings saved");
  await screen.shot("deals-pulling", settings.getByTestId("pulling"));
  await screen.control("DELETE", "/faults");
  await settings.getByTestId("pulling").waitFor({ state: "detached" });
  await screen.shot("deals-sync");
  await screen.at("Deals", "Mapping");
  await screen.shot("deals-mapping", settings.getByText("Add a mapping"));
  await settings
    .getByTestId("mapping-stage")
    .getByRole("button", { name: "Edit" })
    .click();
  await screen.shotOver(
    "edit-deal-stage",
    page.getByTestId("edit-stage").getByText("accepts only its options"),
  );
  await page.keyboard.press("Escape");
  await screen.at("Deals", "Fields");
  await screen.shot("deals-fields", settings.getByText("Add a field"));
  await screen.at("Deals", "Pipelines");
  const row = settings.getByTestId(`pipeline-${upsells.id}`);
  await screen.shot("pipelines", row.getByText("Syncs"));

  const { results } = objectsSchema.parse(
    await (await screen.control("GET", `${inHubSpot}/objects/deals`)).json(),
  );
  const card = await screen.another();
  await card.record("deal-card", "0-3", results[0]?.id ?? "");
  const company = results
    .flatMap(({ associations }) => associations)
    .find(({ toType }) => toType === "companies");
  await card.record("company-card", "0-2", company?.toId ?? "");
  await card.page.close();

  await row.getByRole("checkbox").uncheck();
  await screen.shot(
    "pipelines-unchecked",
    settings.getByTestId(`effects-${upsells.id}`).getByText("230 deals"),
  );
  await settings.getByTestId("save").click();
  await screen.shotOver(
    "save-pipelines",
    page.getByTestId("confirm-save").getByTestId("effects"),
  );
  await screen.control("PUT", "/faults", {
    path: "deals/batch/read",
    latencyMs: 20_000,
  });
  await page.getByTestId("confirm-save-confirm").click();
  await screen.toast("Settings saved");
  await screen.shot("pipelines-removing", row.getByText("Removing 100 of 230"));
  await settings.getByTestId("on-reselect").getByRole("radio").nth(1).check();
  await screen.shot(
    "pipelines-removing-unsaved",
    row.getByText("Save or discard your changes first."),
  );
  await settings.getByTestId("discard").click();
  await screen.question(
    row.getByTestId(`stop-${upsells.id}-open`),
    `stop-${upsells.id}`,
  );
  await row.getByTestId(`stop-${upsells.id}-open`).click();
  await page.getByTestId(`stop-${upsells.id}-confirm`).click();
  await screen.toast("Removal stopped");
  await screen.shot("pipelines-adding", row.getByText("Adding"));
  await screen.control("DELETE", "/faults");
  await row.getByText("Syncs").waitFor();

  await connect(dealScopes);
  await screen.open();
  await screen.ready();
  await screen.shot("connection-deals-not-granted");
  await screen.at("Deals", "Sync");
  await screen.shot("deals-no-longer-granted", settings.getByTestId("grant"));
}

try {
  if (only === undefined || only === "set-up")
    await inDemo({ SETUP_WINDOW_HOURS: "6" }, settingUp);
  if (only === undefined || only === "active") await inDemo({}, active);
  if (only === undefined || only === "deals") await inDemo({}, deals);
} finally {
  await browser.close();
}
if (tooWide.length > 0)
  throw new Error(`Wider than the window: ${tooWide.join("; ")}`);
