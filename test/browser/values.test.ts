import { beforeEach, describe, expect, test } from "vitest";
import { unheard } from "../acceptance/steps/unheard.ts";
import { eventually, useBrowser } from "./browser-world.ts";

const browser = useBrowser();
let people = 0;
let id: string;
let email: string;

beforeEach(async () => {
  await browser.at.world.control("DELETE", "/sandbox/faults");
  await browser.at.settings((settings) => {
    settings.automatic = { pull: true, push: true };
  });
  people += 1;
  email = `grace${people}@acme.example`;
  id = await browser.at.make("contacts", {
    email,
    firstname: "Grace",
    lastname: "Hopper",
    jobtitle: "Admiral",
    phone: "+1 555 100",
  });
  await browser.at.open("contacts", id);
});

const objectNow = async () => {
  const truth = await browser.at.world.truth("contacts");
  return truth.find((object) => object.id === id)?.properties ?? {};
};
const value = (name: string) => browser.at.field(name).inputValue();

describe("with automatic sync", () => {
  test("an edit in HubSpot reaches the workspace by itself, and the other way round", async () => {
    const { at } = browser;
    await at.editInHubSpot("jobtitle", "Commodore");
    await eventually(() => value("job_title")).toBe("Commodore");
    await at.editInWorkspace("city", "Arlington");
    await eventually(async () => (await objectNow())["city"]).toBe("Arlington");
    await eventually(() => at.property("city").inputValue()).toBe("Arlington");
    await at.status("In sync");
    await at.picture("1-automatic");
  });
});

describe("paused", () => {
  test("an edit in HubSpot waits; the card says what Pull would do, and Pull does it", async () => {
    const { at } = browser;
    await at.setAutomatic(false);
    await at.editInHubSpot("jobtitle", "Commodore");
    await at.status("Changes pending");
    const row = at.card.getByTestId("difference-job_title");
    await at.shown(row.getByText(/writes “.Commodore.” to your product/));
    expect(await value("job_title")).toBe("Admiral");
    await at.picture("2-waiting-to-pull");
    await at.card.getByTestId("pull").click();
    await at.page.getByText("was pulled from HubSpot").waitFor();
    await at.status("In sync");
    await eventually(() => value("job_title")).toBe("Commodore");
    await at.picture("3-pulled");
  });

  test("an edit in the workspace waits; the card says what Push would do, and Push does it", async () => {
    const { at } = browser;
    await at.setAutomatic(false);
    await at.editInWorkspace("job_title", "Chief engineer");
    await at.status("Changes pending");
    const row = at.card.getByTestId("difference-job_title");
    await at.shown(row.getByText(/writes “.Chief engineer.” to HubSpot/));
    expect((await objectNow())["jobtitle"]).toBe("Admiral");
    await at.picture("4-waiting-to-push");
    await at.card.getByTestId("push").click();
    await at.page.getByText("was pushed to HubSpot").waitFor();
    await at.status("In sync");
    expect((await objectNow())["jobtitle"]).toBe("Chief engineer");
    await eventually(() => at.property("jobtitle").inputValue()).toBe(
      "Chief engineer",
    );
    await at.picture("5-pushed");
  });

  test("7-B2 an edit on each side: Pull asks before it undoes ours, and Sync now moves both", async () => {
    const { at } = browser;
    await at.setAutomatic(false);
    await at.editInHubSpot("jobtitle", "Commodore");
    await at.editInWorkspace("phone", "+1 555 150");
    await at.shown(at.card.getByTestId("difference-phone"));
    await at.status("Changes pending");
    await at.card.getByTestId("pull").click();
    const question = at.page.getByTestId("confirm-pull");
    await question.getByText("+1 555 150").waitFor();
    await at.picture("5-pull-asks");
    await at.page.getByTestId("confirm-pull-cancel").click();
    await question.waitFor({ state: "detached" });
    expect(await value("phone")).toBe("+1 555 150");
    await at.card.getByTestId("sync").click();
    await at.status("In sync");
    expect((await objectNow())["phone"]).toBe("+1 555 150");
    await eventually(() => value("job_title")).toBe("Commodore");
    await at.picture("5-synced");
  });

  test("a contact that the workspace has not is created by Pull", async () => {
    const { at } = browser;
    await at.setAutomatic(false);
    const stranger = await at.make("contacts", {
      email: `ada${people}@acme.example`,
      firstname: "Ada",
      lastname: "Lovelace",
    });
    await at.open("contacts", stranger);
    await at.shown(at.card.getByText("Not in your product"));
    await at.picture("6-not-in-the-workspace");
    await at.card.getByTestId("pull").click();
    await at.status("In sync");
    await eventually(() => value("first_name")).toBe("Ada");
    await at.picture("7-created-by-pull");
  });
});

describe("what needs a person", () => {
  test.each([
    ["workspace", "+1 555 200", "8-held"],
    ["hubspot", "+1 555 300", "9-held-other"],
  ] as const)(
    "a conflict is held, and is settled by keeping the %s's value",
    async (keep, kept, picture) => {
      const { at } = browser;
      await at.settings(({ contact }) => {
        for (const mapping of contact.mappings)
          if (mapping.field === "phone") mapping.policy = "hold";
      });
      const held = at.card.getByTestId("held");
      // HubSpot's edit is not heard of before the workspace's is pushed.
      await unheard(at.world, { paused: true }, async () => {
        await at.editInHubSpot("phone", "+1 555 300");
        await at.editInWorkspace("phone", "+1 555 200");
        await at.status("Conflict");
        await at.shown(held.getByText("+1 555 100"));
        await at.picture(picture);
      });
      await at.world.settled();
      expect((await objectNow())["phone"]).toBe("+1 555 300");
      await held.getByTestId(new RegExp(`^keep-${keep}-`)).click();
      await at.status("In sync");
      await eventually(() => value("phone")).toBe(kept);
      expect((await objectNow())["phone"]).toBe(kept);
      await at.picture(`${picture}-settled`);
    },
  );

  test("a problem names its cause and its fix, and Retry carries it out once it is fixed", async () => {
    const { at } = browser;
    const other = await at.make("contacts", {
      email: `taken${people}@acme.example`,
      firstname: "Already",
    });
    await at.editInWorkspace("email", `taken${people}@acme.example`);
    await at.status("Problem");
    const problem = at.card.getByTestId("problem");
    await at.shown(problem.getByTestId("fix"));
    await at.picture("10-problem");
    await problem.getByTestId("retry").click();
    await at.page.getByText("Retry failed").waitFor();
    await problem.getByText("tried 2 times").waitFor();
    await problem
      .getByText(`another contact (${other}) already has this value`)
      .waitFor();
    await at.picture("11-problem-again");
    await at.world.inHubSpot("PATCH", `/objects/contacts/${other}`, {
      properties: { email: `elsewhere${people}@acme.example` },
    });
    await at.world.settled();
    await problem.getByTestId("retry").click();
    await at.status("In sync");
    expect((await objectNow())["email"]).toBe(`taken${people}@acme.example`);
    await at.picture("12-problem-solved");
  });
});
