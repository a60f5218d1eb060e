import type { Page } from "playwright-core";

/**
 * Connects HubSpot from a settings page that asks for it, through HubSpot's consent page, which opens beside it. Returns the
 * last page of the connection.
 */
export async function connectHubSpot(settings: Page): Promise<Page> {
  await settings.getByText("Connect HubSpot first").waitFor();
  const opened = settings.context().waitForEvent("page");
  await settings.getByRole("link", { name: "Connect HubSpot" }).click();
  const consent = await opened;
  await consent.getByRole("radio").first().check();
  await consent.getByRole("button", { name: "Connect app" }).click();
  await consent
    .getByRole("heading", { name: "HubSpot is connected" })
    .waitFor();
  return consent;
}
