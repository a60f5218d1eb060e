import { expect, test } from "vitest";
import { useSettings } from "./settings-world.ts";

// What a save would do, in numbers, by clicks: a rule is changed, counted, tried on a record, and replayed, then saved.

const world = useSettings();

test("X-15 AP-014 X-03 a changed rule is counted, tried on a record, and replayed on the last day before it's saved", async () => {
  const { at } = world;
  expect((await at.world.install()).status).toBe(200);
  await at.world.api("POST", "/installation/start");
  await at.world.until(
    async () =>
      (await at.world.api("GET", "/installation")).body["state"] === "active",
    "active",
  );
  for (const [email, stage] of [
    ["carla@example.com", "customer"],
    ["leo@example.com", "lead"],
    ["lia@example.com", "lead"],
  ] as const)
    await at.make("contacts", {
      email,
      firstname: email.split("@")[0] ?? "",
      lifecyclestage: stage,
    });
  await at.world.settled();
  // The product's own, which wait for a rule.
  const { body } = await at.world.api<{ version: number; settings: object }>(
    "GET",
    "/settings",
  );
  await at.world.api("PUT", "/settings", {
    ...body,
    settings: {
      ...body.settings,
      productName: "Acme",
      automatic: { pull: true, push: false },
    },
  });
  for (const [name, stage] of [
    ["Nora", "lead"],
    ["Nils", "customer"],
  ])
    await at.world.api("POST", "/contacts", {
      properties: { first_name: name, last_name: "New", stage },
    });

  const tab = await at.tab();
  await tab.open();
  await tab.ready();
  await tab.at("Contacts", "Sync");
  const push = tab.settings.getByTestId("new-push");
  await push.getByLabel("Only some").check();
  await push.getByLabel("Customer", { exact: true }).check();
  await push
    .getByText(
      "Applies to 2 contacts that were never synced; 1 of them meets these rules. 1 that meets the saved rules would be excluded.",
    )
    .waitFor();

  const pull = tab.settings.getByTestId("new-pull");
  await pull.getByLabel("Only some").check();
  await pull.getByLabel("Customer", { exact: true }).check();
  await pull.getByRole("button", { name: "Count contacts in HubSpot" }).click();
  await pull.getByText("All contacts in HubSpot are synced.").waitFor();
  await tab.picture("rules-counted");

  await tab.settings.getByLabel("Find a contact").fill("new");
  await tab.button("Search").click();
  const found = tab.settings.getByRole("row").filter({ hasText: "Nora New" });
  await found.getByRole("button", { name: "Try" }).click();
  const trial = tab.settings.getByTestId("trial");
  await trial
    .getByText("Excluded by stage. Stages that sync: customer.")
    .first()
    .waitFor();
  expect(await trial.getByTestId("check-criteria").innerText()).toMatch(
    /Meets the rules\s+No/,
  );
  await tab.picture("record-tried");

  await tab.settings.getByTestId("save").click();
  const question = tab.page.getByTestId("confirm-save");
  await question
    .getByRole("button", { name: "Show what would differ" })
    .click();
  await question
    .getByText("Of 3 changes of the last day, 2 would have gone differently.")
    .waitFor();
  await question.getByText("leo").first().waitFor();
  await tab.picture("save-replayed");
  await question.getByRole("button", { name: "Save settings" }).click();
  await tab.toast("Settings saved");
  const saved = await at.world.api<{
    settings: { contact: { pull: { conditions: object } } };
  }>("GET", "/settings");
  expect(saved.body.settings.contact.pull.conditions).toMatchObject({
    stages: ["customer"],
  });
  await tab.page.close();
});
