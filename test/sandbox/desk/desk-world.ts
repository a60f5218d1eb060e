import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startSandbox } from "../../../sandbox/app.ts";
import type { Desk } from "../../../sandbox/desk/server.ts";
import { startDesk } from "../../../sandbox/desk/server.ts";
import type { PortalEntry } from "../../../sandbox/portal-registry.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import { launchBrowser } from "../../browser/browser.ts";
import { user } from "../crm/user.ts";
import { API_KEY, FakeAppServer, SECRET } from "./fake-app-server.ts";

const APP_ID = 500_001;
type Values = Record<string, string>;

/** A desk in front of a real sandbox, a browser before it, and an app server that a test steers. */
export class DeskWorld {
  readonly app: FakeAppServer;
  readonly sandbox: Sandbox;
  readonly desk: Desk;
  readonly portal: PortalEntry;
  readonly #browser: Browser;
  readonly #context: BrowserContext;
  readonly page: Page;
  /** What went wrong on the page, worker included. */
  readonly pageErrors: string[] = [];

  private constructor(parts: {
    app: FakeAppServer;
    sandbox: Sandbox;
    desk: Desk;
    browser: Browser;
    context: BrowserContext;
    page: Page;
  }) {
    this.app = parts.app;
    this.sandbox = parts.sandbox;
    this.desk = parts.desk;
    this.#browser = parts.browser;
    this.#context = parts.context;
    this.page = parts.page;
    this.portal = this.sandbox.createPortal();
    this.portal.installation = {
      apiKey: API_KEY,
      appId: APP_ID,
      serverUrl: this.app.url,
    };
    this.page.on("pageerror", (error) => this.pageErrors.push(error.message));
  }

  /** `project` "own" runs this repository's cards, "test" the ones beside this file. */
  static async start(project: "own" | "test"): Promise<DeskWorld> {
    const app = await FakeAppServer.start();
    const sandbox = await startSandbox({
      publicUrl: app.url,
      app: { appId: APP_ID, clientSecret: SECRET },
    });
    const source = fileURLToPath(new URL("./project/src/", import.meta.url));
    const desk = await startDesk({
      sandboxUrl: sandbox.url,
      serverUrl: app.url,
      clientSecret: `${SECRET},an-older-one`,
      appId: APP_ID,
      port: 0,
      ...(project === "test" ? { projectSource: source } : {}),
    });
    const browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: { width: 1440, height: 1000 },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    return new DeskWorld({
      app,
      sandbox,
      desk,
      browser,
      context,
      page,
    });
  }

  contact(properties: Values): string {
    return this.portal.portal.create("contacts", properties, [], user).id;
  }

  company(properties: Values): string {
    return this.portal.portal.create("companies", properties, [], user).id;
  }

  deal(properties: Values): string {
    return this.portal.portal.create("deals", properties, [], user).id;
  }

  properties(
    type: "contacts" | "companies" | "deals",
    id: string,
  ): Readonly<Record<string, string>> {
    return (
      this.portal.portal.truth(type).find((object) => object.id === id)
        ?.properties ?? {}
    );
  }

  async openRecord(typeId: "0-1" | "0-2" | "0-3", id: string): Promise<void> {
    await this.page.goto(
      `${this.desk.url}/contacts/${this.portal.portalId}/record/${typeId}/${id}`,
    );
  }

  async openList(typeId: string): Promise<void> {
    await this.page.goto(
      `${this.desk.url}/contacts/${this.portal.portalId}/objects/${typeId}/views/all`,
    );
  }

  async openBoard(): Promise<void> {
    await this.page.goto(
      `${this.desk.url}/contacts/${this.portal.portalId}/objects/0-3/views/all/board`,
    );
  }

  /** A picture of the page, if DESK_PICTURES names a folder: drawing it takes longer than what leads to it. */
  async picture(name: string): Promise<void> {
    const folder = process.env["DESK_PICTURES"];
    if (folder === undefined) return;
    await this.page.screenshot({
      path: join(folder, `${name}.png`),
    });
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#browser.close();
    await this.desk.close();
    await this.sandbox.close();
    await this.app.close();
  }
}
