import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startDesk } from "../../sandbox/desk/server.ts";
import type { Desk } from "../../sandbox/desk/server.ts";
import { World } from "../acceptance/world.ts";
import type { Json } from "../acceptance/world.ts";
import { launchBrowser } from "./browser.ts";
import { SettingsTab } from "./settings-world.ts";

type Side = "contacts" | "companies" | "deals";
const typeIds = { contacts: "0-1", companies: "0-2", deals: "0-3" } as const;
const cards = {
  contacts: "card:contact_card",
  companies: "card:company_card",
  deals: "card:deal_card",
} as const;

/** One installed portal behind the real server, and a person at the desk. */
export class BrowserWorld {
  readonly world: World;
  readonly desk: Desk;
  readonly page: Page;
  /** What went wrong on the page, the cards' worker included. */
  readonly pageErrors: string[] = [];
  readonly #browser: Browser;
  #side: Side = "contacts";

  private constructor(parts: {
    world: World;
    desk: Desk;
    page: Page;
    browser: Browser;
  }) {
    this.world = parts.world;
    this.desk = parts.desk;
    this.page = parts.page;
    this.#browser = parts.browser;
    this.page.context().setDefaultTimeout(60_000);
    this.page.on("pageerror", (error) => this.pageErrors.push(error.message));
  }

  static async start(): Promise<BrowserWorld> {
    const world = await World.take();
    const { platform, url } = world.sandbox;
    const [desk, browser] = await Promise.all([
      startDesk({
        sandboxUrl: url,
        serverUrl: world.server.publicUrl,
        clientSecret: platform.app.signingSecret,
        appId: platform.app.appId,
        port: 0,
      }),
      launchBrowser(),
      world.installed(),
    ]);
    const page = await browser.newPage({
      viewport: { width: 1440, height: 1000 },
    });
    return new BrowserWorld({ world, desk, page, browser });
  }

  /** What a colleague at HubSpot's side made; in step with the workspace when this resolves. */
  async make(side: Side, properties: Json, more: Json = {}): Promise<string> {
    const made = await this.world.inHubSpot<{ id: string }>(
      "POST",
      `/objects/${side}`,
      { properties, ...more },
    );
    await this.world.settled();
    return made.body.id;
  }

  async open(side: Side, id: string): Promise<void> {
    this.#side = side;
    const { portalId } = this.world;
    await this.page.goto(
      `${this.desk.url}/contacts/${portalId}/record/${typeIds[side]}/${id}`,
    );
    await this.card.getByTestId("status").waitFor();
  }

  /** HubSpot's board of deals. */
  async openBoard(): Promise<void> {
    await this.page.goto(
      `${this.desk.url}/contacts/${this.world.portalId}/objects/0-3/views/all/board`,
    );
  }

  /** The app's settings, in the same browser tab. */
  async openSettings(): Promise<SettingsTab> {
    const { appId } = this.world.sandbox.platform.app;
    const tab = new SettingsTab(
      this.page,
      `${this.desk.url}/integrations-settings/${this.world.portalId}/installed/framework/${appId}/settings`,
    );
    await tab.open();
    await tab.ready();
    return tab;
  }

  get card(): Locator {
    return this.page.getByTestId(cards[this.#side]);
  }

  /** A field of HubSpot's panel, of the record in the workspace. */
  property(name: string): Locator {
    return this.#properties.getByLabel(name, { exact: true });
  }

  field(name: string): Locator {
    return this.#workspace.getByLabel(name, { exact: true });
  }

  get #properties(): Locator {
    return this.page.getByRole("region", { name: "HubSpot properties" });
  }

  get #workspace(): Locator {
    return this.page.getByRole("region", { name: "Workspace record" });
  }

  async editInHubSpot(name: string, value: string): Promise<void> {
    await this.property(name).fill(value);
    await this.#properties.getByRole("button", { name: "Save" }).click();
    await this.#toast("saved in HubSpot");
  }

  async editInWorkspace(name: string, value: string): Promise<void> {
    await this.field(name).fill(value);
    await this.#workspace.getByRole("button", { name: "Save" }).click();
    await this.#toast("Record saved in the workspace");
  }

  /** Waits for a message of a success, because a refusal may quote the same words, and closes it. */
  async #toast(text: string): Promise<void> {
    const toast = this.page
      .locator(".toast.k-tone-success")
      .filter({ hasText: text });
    await toast.first().waitFor();
    await toast.first().getByRole("button", { name: "Dismiss" }).click();
    await toast.waitFor({ state: "detached" });
  }

  /** From the menu of the object, and its dialog's button. */
  async choose(action: string): Promise<void> {
    await this.page.getByRole("button", { name: "Actions" }).click();
    await this.page
      .getByRole("menuitem", { name: action, exact: true })
      .click();
  }

  async setAutomatic(on: boolean): Promise<void> {
    const control = this.page.getByRole("switch", { name: "Automatic sync" });
    await control.waitFor();
    if ((await control.isChecked()) === on) return;
    await control.click();
    await this.#toast(on ? "Automatic sync is on" : "Automatic sync is paused");
  }

  /** Presses the card's Refresh until it says so: what others do reaches a card that is looked at again. */
  async status(label: string): Promise<void> {
    await this.#refreshed(
      () => this.card.getByTestId("status").innerText(),
      (shown) => shown.includes(label),
      label,
    );
  }

  /** Presses the card's Refresh until this is to be seen: a status may have been there before what it is about. */
  async shown(part: Locator): Promise<void> {
    await this.#refreshed(
      () => part.first().isVisible(),
      (isVisible) => isVisible,
      String(part),
    );
  }

  async #refreshed<T>(
    look: () => Promise<T>,
    isIt: (seen: T) => boolean,
    what: string,
  ): Promise<void> {
    await expect
      .poll(
        async () => {
          const seen = await look();
          if (isIt(seen)) return what;
          await this.card.getByTestId("refresh").click();
          return `${String(seen)}, not ${what}`;
        },
        { timeout: 45_000, interval: 300 },
      )
      .toBe(what);
  }

  /** Changes the portal's settings as a whole document. */
  async settings(change: (settings: Settings) => void): Promise<void> {
    const { body } = await this.world.api<{
      version: number;
      settings: Settings;
    }>("GET", "/settings");
    change(body.settings);
    const written = await this.world.api("PUT", "/settings", body);
    expect(written.status).toBe(200);
  }

  /** A picture of the page, if DESK_PICTURES names a folder: drawing it takes longer than what leads to it. */
  async picture(name: string): Promise<void> {
    const folder = process.env["DESK_PICTURES"];
    if (folder === undefined) return;
    await this.page.screenshot({
      path: join(folder, `${name}.png`),
      fullPage: true,
    });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.desk.close();
    await this.world.leave();
  }
}

type TypeSettings = {
  policy: string;
  brakes: { deletions: { count: number; share: number } | null };
  deletionSync: boolean;
  mergeSync: boolean;
  mappings: { field: string; policy?: string }[];
};
export type Settings = {
  contact: TypeSettings;
  company: TypeSettings;
  automatic: { pull: boolean; push: boolean };
  productName: string;
  recordUrl: string | null;
};

/** Waits for what the page, which looks again every two seconds, or the server will come to. */
export const eventually = <T>(read: () => Promise<T>) =>
  expect.poll(read, { timeout: 30_000, interval: 50 });

/** One world for a file's tests. Each test fails on what went wrong on the page while it ran. */
export function useBrowser(): { readonly at: BrowserWorld } {
  let open: BrowserWorld | undefined;
  beforeAll(async () => {
    open = await BrowserWorld.start();
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
