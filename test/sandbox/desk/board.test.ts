import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { user } from "../crm/user.ts";
import { DeskWorld } from "./desk-world.ts";

// Deals as HubSpot's users see them: a board with a column for each stage, and a page for each deal.

let world: DeskWorld;

beforeAll(async () => {
  world = await DeskWorld.start("own");
});
afterAll(() => world.close());
afterEach(() => {
  expect(world.pageErrors.splice(0)).toEqual([]);
});

const inStage = (dealname: string, dealstage: string, pipeline = "default") =>
  world.deal({ dealname, pipeline, dealstage, amount: "1200.50" });

const stage = (id: string) => world.page.getByTestId(`stage:${id}`);
const deal = (id: string) => world.page.getByTestId(`deal:${id}`);
const stageOf = (id: string) => world.properties("deals", id)["dealstage"];

/** An admin of the account adds a pipeline. */
function addPipeline(label: string) {
  const { state, store } = world.portal.portal.pipelineScope("deals");
  return state.pipelines.create(
    store.type.name,
    label,
    [
      { label: "Offered", metadata: { probability: "0.5" } },
      { label: "Renewed", metadata: { probability: "1.0" } },
    ],
    Date.now(),
  );
}

test("a board shows a pipeline's deals by stage, and another pipeline by choice", async () => {
  const renewals = addPipeline("Renewals");
  const offered = renewals.stages[0]?.id ?? "";
  const early = inStage("Bakery ovens", "qualifiedtobuy");
  const renewal = inStage("Ovens again", offered, renewals.id);
  await world.openBoard();
  await stage("qualifiedtobuy").getByText("Bakery ovens").waitFor();
  await stage("qualifiedtobuy").getByText("1200.50").waitFor();
  expect(await stage("closedwon").getByRole("article").count()).toBe(0);
  expect(await deal(renewal).count()).toBe(0);
  await world.page.getByLabel("Pipeline").selectOption("Renewals");
  await stage(offered).getByText("Ovens again").waitFor();
  expect(await deal(early).count()).toBe(0);
});

test("a deal changes its stage by drag, and by choice", async () => {
  const id = inStage("Mixer", "appointmentscheduled");
  await world.openBoard();
  await deal(id).dragTo(stage("contractsent"));
  await world.page.getByText("Moved to Contract Sent").waitFor();
  await stage("contractsent").getByTestId(`deal:${id}`).waitFor();
  expect(stageOf(id)).toBe("contractsent");
  await world.page.getByLabel("Stage of Mixer").selectOption("Closed Won");
  await stage("closedwon").getByTestId(`deal:${id}`).waitFor();
  expect(stageOf(id)).toBe("closedwon");
  await world.picture("board");
});

test("what HubSpot refuses of a move is said, and the deal stays where it is", async () => {
  const id = inStage("Oven door", "qualifiedtobuy");
  await world.openBoard();
  await deal(id).waitFor();
  world.portal.portal.archive("deals", id, user);
  await world.page.getByLabel("Stage of Oven door").selectOption("Closed Won");
  await world.page.getByRole("alert").waitFor();
  await deal(id).waitFor({ state: "detached" });
});

test("the board follows what others change", async () => {
  const id = inStage("Fryer", "qualifiedtobuy");
  await world.openBoard();
  await stage("qualifiedtobuy").getByTestId(`deal:${id}`).waitFor();
  world.portal.portal.update("deals", id, { dealstage: "closedlost" }, user);
  await stage("closedlost").getByTestId(`deal:${id}`).waitFor();
});

test("a deal's page offers the stages of its pipeline, and another pipeline begins at its first stage", async () => {
  const trade = addPipeline("Trade");
  const id = inStage("Proofer", "qualifiedtobuy");
  await world.openRecord("0-3", id);
  const property = (name: string) =>
    world.page
      .getByRole("region", { name: "HubSpot properties" })
      .getByLabel(name, { exact: true });
  const offers = () => property("dealstage").locator("option").allInnerTexts();
  await expect.poll(offers, { timeout: 8000 }).toContain("Closed Won");
  expect(await offers()).not.toContain("Offered");
  await property("pipeline").selectOption("Trade");
  await expect.poll(offers).toContain("Offered");
  await world.page
    .getByRole("region", { name: "HubSpot properties" })
    .getByRole("button", { name: "Save" })
    .click();
  await world.page.getByText("Deal saved in HubSpot").waitFor();
  expect(world.properties("deals", id)).toMatchObject({
    pipeline: trade.id,
    dealstage: trade.stages[0]?.id,
  });
  await world.page.getByRole("region", { name: "Contacts" }).waitFor();
  await world.page.getByRole("region", { name: "Companies" }).waitFor();
});

test("the list names pipelines and stages, and leads to the board and back", async () => {
  inStage("Slicer", "closedwon");
  await world.openList("0-3");
  const row = world.page.getByRole("row").filter({ hasText: "Slicer" });
  await row.getByText("Sales Pipeline").waitFor();
  await row.getByText("Closed Won").waitFor();
  await world.page.getByRole("link", { name: "Board" }).click();
  await stage("closedwon").getByText("Slicer").waitFor();
  await world.page.getByRole("link", { name: "List" }).click();
  await row.waitFor();
});

test("on a narrow screen, the board alone is scrolled sideways", async () => {
  await world.page.setViewportSize({ width: 375, height: 800 });
  try {
    await world.openBoard();
    await stage("closedwon").waitFor();
    expect(
      await world.page.evaluate<number>(
        "document.documentElement.scrollWidth - innerWidth",
      ),
    ).toBe(0);
    await world.picture("board-narrow");
  } finally {
    await world.page.setViewportSize({ width: 1440, height: 1000 });
  }
});
