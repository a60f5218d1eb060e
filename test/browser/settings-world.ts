import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startDesk } from "../../sandbox/desk/server.ts";
import type { Desk } from "../../sandbox/desk/server.ts";
import { identity, World } from "../acceptance/world.ts";
import { launchBrowser } from "./browser.ts";

/** The settings page of a portal on the desk, as one person has it open. */
export class SettingsTab {
  readonly page: Page;
  readonly settings: Locator;
  readonly #address: string;

  constructor(page: Page, address: string) {
    this.page = page;
    this.#address = address;
    this.settings = page.getByTestId("settings");
    page.context().setDefaultTimeout(60_000);
  }

  async open(): Promise<void> {
    await this.page.goto(this.#address);
  }

  /** Waits until the page has settings. */
  async ready(): Promise<void> {
    await this.tab("Connection").waitFor();
  }

  tab(name: string): Locator {
    return this.settings.getByRole("tab", { name, exact: true });
  }

  /** Opens a tab, and one of its tabs. */
  async at(name: string, part?: string): Promise<void> {
    await this.tab(name).click();
    if (part !== undefined) await this.tab(part).click();
  }

  button(name: string): Locator {
    return this.settings.getByRole("button", { name, exact: true });
  }

  /** Presses Save, and returns what the question says before it is confirmed. */
  async save(): Promise<string> {
    await this.settings.getByTestId("save").click();
    const question = this.page.getByTestId("confirm-save");
    await question.getByTestId("changes").waitFor();
    // Without the marks that isolate values, which nobody sees.
    const said = (await question.innerText()).replaceAll(
      /[\u2066-\u2069]/g,
      "",
    );
    // Called by what it does, if the change concerns records that are there.
    await question.getByTestId("confirm-save-confirm").click();
    return said;
  }

  /** Waits for a message at the top of HubSpot's page with exactly this title, and closes it. */
  async toast(title: string): Promise<void> {
    const toast = this.page
      .locator(".toast")
      .filter({ has: this.page.getByText(title, { exact: true }) });
    await toast.first().waitFor();
    await toast.first().getByRole("button", { name: "Dismiss" }).click();
    await toast.waitFor({ state: "detached" });
  }

  /** Pictures of the page at two widths, if DESK_PICTURES names a folder; nothing needs to be scrolled sideways. */
  async picture(name: string): Promise<void> {
    const before = this.page.viewportSize();
    for (const width of [1280, 600]) {
      await this.page.setViewportSize({ width, height: 900 });
      expect(
        await this.page.evaluate("document.documentElement.scrollWidth"),
        `${name} at ${width}`,
      ).toBeLessThanOrEqual(width);
      await this.page.evaluate("scrollTo(0, 0)");
      const folder = process.env["DESK_PICTURES"];
      if (folder !== undefined)
        await this.page.screenshot({
          path: join(folder, `${name}-${width}.png`),
          fullPage: true,
        });
    }
    if (before !== null) await this.page.setViewportSize(before);
  }
}

/** A portal without the app, a server whose setup window is six hours, the desk, and a browser. */
export class SettingsWorld {
  readonly world: World;
  readonly desk: Desk;
  readonly context: BrowserContext;
  /** What went wrong on the pages, the extensions' workers included. */
  readonly pageErrors: string[] = [];
  readonly #browser: Browser;

  private constructor(
    world: World,
    desk: Desk,
    browser: Browser,
    context: BrowserContext,
  ) {
    this.world = world;
    this.desk = desk;
    this.#browser = browser;
    this.context = context;
    context.on("page", (page) =>
      page.on("pageerror", (error) => this.pageErrors.push(error.message)),
    );
  }

  static async start(): Promise<SettingsWorld> {
    const world = await World.start({
      environment: { SETUP_WINDOW_HOURS: "6" },
    });
    const [desk, browser] = await Promise.all([
      startDesk({
        sandboxUrl: world.sandbox.url,
        serverUrl: world.server.publicUrl,
        clientSecret: world.sandbox.platform.app.signingSecret,
        appId: identity.appId,
        port: 0,
      }),
      launchBrowser(),
    ]);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
    });
    return new SettingsWorld(world, desk, browser, context);
  }

  /** A tab of the browser at the settings page, of the first user or of another. */
  async tab(userId?: number): Promise<SettingsTab> {
    const user = userId === undefined ? "" : `?user=${userId}`;
    return new SettingsTab(
      await this.context.newPage(),
      `${this.desk.url}/integrations-settings/${this.world.portalId}/installed/framework/${identity.appId}/settings${user}`,
    );
  }

  /** What a colleague makes at HubSpot's side. */
  async make(
    side: "contacts" | "companies",
    properties: Record<string, string>,
  ): Promise<string> {
    const { body } = await this.world.inHubSpot<{ id: string }>(
      "POST",
      `/objects/${side}`,
      { properties },
    );
    return body.id;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.desk.close();
    await this.world.stop();
  }
}

/** One world for a file's tests. Each test fails on what went wrong on a page while it ran. */
export function useSettings(): { readonly at: SettingsWorld } {
  let open: SettingsWorld | undefined;
  beforeAll(async () => {
    open = await SettingsWorld.start();
  }, 60_000);
  afterEach(() => {
    expect(open?.pageErrors.splice(0)).toEqual([]);
  });
  afterAll(() => open?.close());
  return {
    get at() {
      if (open === undefined)
        throw new Error("The world is there once the tests run.");
      return open;
    },
  };
}
