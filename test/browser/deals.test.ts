import { beforeAll, describe, expect, test } from "vitest";
import { dealIn, makeDealIn } from "../acceptance/steps/deals.ts";
import { addPipeline } from "../acceptance/steps/pipelines.ts";
import { records, recordOf } from "../acceptance/steps/records.ts";
import { eventually, useBrowser } from "./browser-world.ts";

// A team's way with deals, by clicks: turn them on, choose pipelines, work with them on both sides. The tests follow one
// another in one portal.

const world = useBrowser();

let renewals: Awaited<ReturnType<typeof addPipeline>>;
const ids = { ovens: "", mixer: "", renewal: "" };

/** The names of the deals that the product has. */
const here = async (): Promise<string[]> =>
  (await records(world.at.world, "deals"))
    .filter(({ deletedAt }) => deletedAt === null)
    .map(({ properties }) => String(properties["name"]))
    .toSorted();

beforeAll(async () => {
  const { at } = world;
  await at.world.settled();
  renewals = await addPipeline(at.world, "Renewals");
  const make = (dealname: string, pipeline: string, dealstage: string) =>
    makeDealIn(at.world, {
      dealname,
      pipeline,
      dealstage,
      amount: "1200.50",
    });
  ids.ovens = await make("Ovens", "default", "qualifiedtobuy");
  ids.mixer = await make("Mixer", "default", "qualifiedtobuy");
  ids.renewal = await make("Ovens again", renewals.id, renewals.stages[0]);
});

describe("deals", () => {
  test("BN-108 without their permissions, they can't be turned on: the page names what is missing, and Connect again grants it", async () => {
    const { at } = world;
    await at.world.install({
      withholdScopes: ["crm.objects.deals.read", "crm.objects.deals.write"],
    });
    const tab = await at.openSettings();
    await tab.at("Deals", "Sync");
    const alert = tab.settings.getByTestId("not-granted");
    await alert.getByText("crm.objects.deals.write").waitFor();
    expect(await alert.innerText()).toContain("To turn on deals, an admin");
    expect(await tab.settings.getByTestId("enabled").isDisabled()).toBe(true);
    await tab.picture("deals-not-granted");
    const opened = at.page.context().waitForEvent("page");
    await alert.getByRole("link", { name: "Connect again" }).click();
    const consent = await opened;
    await consent.getByRole("radio").first().check();
    await consent.getByRole("button", { name: "Connect app" }).click();
    await consent
      .getByRole("heading", { name: "HubSpot is connected" })
      .waitFor();
    await consent.close();
    const granted = await at.openSettings();
    await granted.at("Deals", "Sync");
    await granted.settings.getByTestId("enabled").waitFor();
    expect(await granted.settings.getByTestId("enabled").isEnabled()).toBe(
      true,
    );
    expect(await granted.settings.getByTestId("grant").count()).toBe(0);
  });

  test("AP-035 AP-036 are turned on: the page says first what is pulled, and then all are there", async () => {
    const { at } = world;
    const tab = await at.openSettings();
    await tab.at("Deals", "Sync");
    await tab.picture("deals-off");
    await tab.settings.getByTestId("enabled").click();
    const says = tab.settings.getByTestId("turning-on");
    await says.getByText("HubSpot has 3 deals in 2 pipelines").waitFor();
    expect(await says.innerText()).toContain(
      "with about 2 calls in about a minute. It can take up to 24 hours",
    );
    await tab.picture("deals-turning-on");
    expect(await here()).toEqual([]);
    await tab.save();
    await tab.toast("Settings saved");
    await eventually(here).toEqual(["Mixer", "Ovens", "Ovens again"]);
    await tab.settings.getByTestId("pulling").waitFor({ state: "detached" });
    await tab.picture("deals-on");
  });

  test("AP-040 AP-041 AP-042 AP-043 a pipeline is unchecked and checked again: its numbers first, then its deals leave and come back, and HubSpot keeps them", async () => {
    const { at } = world;
    const tab = await at.openSettings();
    await tab.at("Deals", "Pipelines");
    const row = tab.settings.getByTestId(`pipeline-${renewals.id}`);
    await row.getByText("Syncs").waitFor();
    expect(
      await tab.settings.getByTestId("pipeline-default").innerText(),
    ).toContain("2");
    await tab.picture("pipelines");
    await row.getByRole("checkbox").uncheck();
    await tab.settings
      .getByTestId(`effects-${renewals.id}`)
      .getByText("1 deal in a pipeline that is no longer selected")
      .waitFor();
    await tab.picture("pipelines-unchecked");
    const said = await tab.save();
    expect(said).toContain("1 deal in a pipeline that is no longer selected");
    expect(said).toContain("only these pipelines sync: Sales Pipeline.");
    expect(said).toContain("HubSpot keeps it");
    await tab.toast("Settings saved");
    await eventually(here).toEqual(["Mixer", "Ovens"]);
    await row.getByText("Doesn't sync").waitFor();
    const before = await at.world.truth("deals");
    expect(before.filter(({ archived }) => archived)).toEqual([]);
    expect(before).toHaveLength(3);
    await tab.picture("pipelines-removed");

    await at.open("deals", ids.renewal);
    await at.shown(at.card.getByText("Not synced"));
    await at.card.getByText("pipeline").first().waitFor();
    await at.picture("deal-card-unselected");

    const again = await at.openSettings();
    await again.at("Deals", "Pipelines");
    await again.settings
      .getByTestId(`pipeline-${renewals.id}`)
      .getByRole("checkbox")
      .check();
    await again.settings
      .getByTestId(`effects-${renewals.id}`)
      .getByText("About 1 deal")
      .waitFor();
    await again.save();
    await again.toast("Settings saved");
    await eventually(here).toEqual(["Mixer", "Ovens", "Ovens again"]);
    await again.settings
      .getByTestId(`pipeline-${renewals.id}`)
      .getByText("Syncs")
      .waitFor();
  });

  test("AP-043 a removal shows how far it is, and Stop removal keeps the deals", async () => {
    const { at } = world;
    for (const dealname of ["Ovens 2", "Ovens 3"])
      await makeDealIn(at.world, {
        dealname,
        pipeline: renewals.id,
        dealstage: renewals.stages[0],
      });
    await eventually(here).toContain("Ovens 3");
    await at.world.settled();
    const tab = await at.openSettings();
    await tab.at("Deals", "Pipelines");
    const row = tab.settings.getByTestId(`pipeline-${renewals.id}`);
    await row.getByRole("checkbox").uncheck();
    // What leaves is read first: HubSpot takes its time, so that the removal can be seen on its way.
    await at.world.control("PUT", "/sandbox/faults", {
      path: "deals/batch/read",
      latencyMs: 12_000,
    });
    await tab.save();
    await tab.toast("Settings saved");
    await row.getByText("Removing 0 of 3").waitFor();
    await tab.picture("pipelines-removing");
    await row.getByRole("button", { name: "Stop removal" }).click();
    const question = at.page.getByTestId(`stop-${renewals.id}`);
    await question.getByText("its deals sync").waitFor();
    await question.getByRole("button", { name: "Stop removal" }).click();
    await tab.toast("Removal stopped");
    await at.world.control("DELETE", "/sandbox/faults");
    await row.getByText("Syncs").waitFor({ timeout: 60_000 });
    expect(await row.getByRole("checkbox").isChecked()).toBe(true);
    await eventually(here).toEqual([
      "Mixer",
      "Ovens",
      "Ovens 2",
      "Ovens 3",
      "Ovens again",
    ]);
  }, 180_000);

  test("AP-035 a company's card counts its deals, those with changes too, and pushes them along", async () => {
    const { at } = world;
    const company = await at.make("companies", {
      name: "Grill House",
      domain: "grill.example",
    });
    const deals: string[] = [];
    for (const dealname of ["Grill", "Smoker"])
      deals.push(
        await makeDealIn(at.world, { dealname }, [
          { toType: "companies", toId: company, primary: true },
        ]),
      );
    await at.world.settled();
    await at.open("companies", company);
    await at.shown(at.card.getByText("Also push its 2 deals (0 with changes)"));
    await at.settings((settings) => {
      settings.automatic = { pull: true, push: false };
    });
    const { id } = await recordOf(at.world, "deals", deals[1] ?? "");
    await at.world.api("PATCH", `/deals/${id}`, {
      properties: { amount: "870.00" },
    });
    const box = at.card.getByText("Also push its 2 deals (1 with changes)");
    await at.shown(box);
    await box.click();
    await at.card.getByTestId("push").click();
    await at.page.getByTestId("confirm-push").getByText("Smoker").waitFor();
    await at.picture("company-card-deals");
    await at.page.getByTestId("confirm-push-confirm").click();
    await eventually(async () => {
      const { properties } = await dealIn(at.world, deals[1] ?? "");
      return Number(properties["amount"]);
    }).toBe(870);
    await at.settings((settings) => {
      settings.automatic = { pull: true, push: true };
    });
    await at.shown(at.card.getByText("Also push its 2 deals (0 with changes)"));
  });

  test("AP-035 a stage that is changed on HubSpot's board is the product's, and one that the product changes is on the board", async () => {
    const { at } = world;
    await at.openBoard();
    const stage = (id: string) => at.page.getByTestId(`stage:${id}`);
    await at.page
      .getByTestId(`deal:${ids.mixer}`)
      .dragTo(stage("contractsent"));
    await stage("contractsent").getByTestId(`deal:${ids.mixer}`).waitFor();
    const { id } = await recordOf(at.world, "deals", ids.mixer);
    await eventually(async () => {
      const { body } = await at.world.api<{
        properties: Record<string, unknown>;
      }>("GET", `/deals/${id}`);
      return body.properties["stage"];
    }).toBe("contractsent");

    await at.open("deals", ids.mixer);
    await at.status("In sync");
    await at.editInWorkspace("stage", "closedwon");
    await eventually(() => at.property("dealstage").inputValue()).toBe(
      "closedwon",
    );
    await at.status("In sync");
    await at.picture("deal-page");
    await at.openBoard();
    await stage("closedwon").getByTestId(`deal:${ids.mixer}`).waitFor();
    await at.picture("deal-board");
  });

  test("BN-111 a rule for won deals only keeps an open one out, and its card says why", async () => {
    const { at } = world;
    const tab = await at.openSettings();
    await tab.at("Deals", "Sync");
    const rules = tab.settings.getByTestId("new-pull");
    await rules.getByLabel("Only some").check();
    await rules.getByTestId("pull-won-only").check();
    await tab.picture("deals-won-only");
    expect(await tab.save()).toContain("only if their stage is won");
    await tab.toast("Settings saved");
    const deal = { dealname: "Fryer", pipeline: "default" };
    const open = await at.make("deals", { ...deal, dealstage: "contractsent" });
    const won = await at.make("deals", { ...deal, dealstage: "closedwon" });
    await at.open("deals", won);
    await at.status("In sync");
    await at.open("deals", open);
    await at.status("Not synced");
    await at.shown(at.card.getByText("won"));
    await at.picture("deal-card-won-only");
    // Won, it comes by itself.
    await at.property("dealstage").selectOption("closedwon");
    await at.page
      .getByRole("region", { name: "HubSpot properties" })
      .getByRole("button", { name: "Save" })
      .click();
    await at.status("In sync");
  });

  test("AP-048 two deals are merged in HubSpot: the product merges them, too, and the card is in sync", async () => {
    const { at } = world;
    const tab = await at.openSettings();
    await tab.at("Deals", "Sync");
    await tab.settings
      .getByTestId("merge")
      .getByText("Merge in your product too")
      .click();
    await tab.save();
    await tab.toast("Settings saved");
    await at.open("deals", ids.ovens);
    await at.choose("Merge");
    const dialog = at.page.getByRole("dialog", { name: "Merge deals" });
    await dialog.getByLabel("Search deals").fill("Mixer");
    await dialog.getByRole("radio", { name: /Mixer/ }).check();
    const before = at.page.url();
    await dialog.getByRole("button", { name: "Merge", exact: true }).click();
    await at.page.waitForURL((url) => url.href !== before);
    await eventually(here).not.toContain("Mixer");
    expect(await here()).toContain("Ovens");
    await at.status("In sync");
  });

  test("AP-038 AP-046 are turned off: the page says what that does, and the product keeps its deals", async () => {
    const { at } = world;
    const before = await here();
    const tab = await at.openSettings();
    await tab.at("Deals", "Sync");
    await tab.settings.getByTestId("enabled").click();
    await tab.settings.getByTestId("turning-off").waitFor();
    await tab.save();
    await tab.toast("Settings saved");
    await tab.at("Deals", "Pipelines");
    await tab.settings.getByTestId("type-off").waitFor();
    await at.open("deals", ids.renewal);
    await at.shown(at.card.getByText("Deals aren't synced"));
    expect(await here()).toEqual(before);
  });
});
