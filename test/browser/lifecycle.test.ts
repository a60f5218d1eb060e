import { beforeEach, expect, test } from "vitest";
import { eventually, useBrowser } from "./browser-world.ts";

const browser = useBrowser();
let people = 0;

beforeEach(async () => {
  people += 1;
  await browser.at.settings(({ contact, company }) => {
    for (const type of [contact, company]) {
      type.deletionSync = true;
      type.mergeSync = true;
    }
  });
});

const person = (first: string, more: Record<string, string> = {}) =>
  browser.at.make("contacts", {
    email: `${first.toLowerCase()}${people}@acme.example`,
    firstname: first,
    lastname: "Hopper",
    ...more,
  });

const records = async (name: string) => {
  const { body } = await browser.at.world.api<{
    results: { properties: Record<string, unknown>; hubspotId: string }[];
  }>("GET", `/${name}?limit=200`);
  return body.results;
};
const recordOf = async (email: string) =>
  (await records("contacts")).find(
    ({ properties }) => properties["email"] === email,
  );

test("a merge in HubSpot merges the records, and the survivor's page shows one pair in step", async () => {
  const { at } = browser;
  const kept = await person("Grace");
  const lost = await person("Amazing", { phone: "+1 555 77" });
  const before = (await records("contacts")).length;
  await at.open("contacts", kept);
  await at.choose("Merge");
  const dialog = at.page.getByRole("dialog", { name: "Merge contacts" });
  await dialog.getByLabel("Search contacts").fill("amazing");
  await dialog.getByRole("radio", { name: /Amazing Hopper/ }).check();
  await at.picture("20-merge-dialog");
  await dialog.getByRole("button", { name: "Merge", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await at.world.settled();
  await eventually(() => at.field("phone").inputValue()).toBe("+1 555 77");
  await at.status("In sync");
  const survivor = await at.page.getByTestId("object-id").innerText();
  await at.picture("21-merged");
  const after = await records("contacts");
  expect(after).toHaveLength(before - 1);
  expect(after.map(({ hubspotId }) => hubspotId)).toContain(survivor);
  await at.open("contacts", lost);
  await at.page.waitForURL((url) => url.pathname.endsWith(`/${survivor}`));
});

test("a deletion in HubSpot deletes the record, and a restore brings it back", async () => {
  const { at } = browser;
  const id = await person("Grace");
  const email = `grace${people}@acme.example`;
  await at.open("contacts", id);
  await at.choose("Delete");
  const dialog = at.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Delete contact" }).click();
  await at.page.getByText("This contact is deleted.").waitFor();
  await at.world.settled();
  expect(await recordOf(email)).toBeUndefined();
  await at.page.getByText("This record is deleted in the workspace.").waitFor();
  await at.card.getByText("This contact isn't in HubSpot").waitFor();
  await at.picture("22-deleted");
  await at.page.getByRole("button", { name: "Restore" }).click();
  await at.page.getByRole("button", { name: "Actions" }).waitFor();
  await at.world.settled();
  expect(await recordOf(email)).toMatchObject({ hubspotId: id });
  await at.card.getByTestId("try-again").click();
  await at.card.getByText("Both sides are in sync.", { exact: true }).waitFor();
  await at.page
    .getByText("This record is deleted in the workspace.")
    .waitFor({ state: "detached" });
  await at.picture("23-restored");
});

test("with deletion sync off, the record outlives its object, and the card of a deleted record offers to pull it anew", async () => {
  const { at } = browser;
  await at.settings(({ contact }) => {
    contact.deletionSync = false;
  });
  const id = await person("Grace");
  const email = `grace${people}@acme.example`;
  const record = await recordOf(email);
  await at.open("contacts", id);
  await at.page
    .getByRole("region", { name: "Workspace record" })
    .getByLabel("first_name")
    .waitFor();
  await at.world.api(
    "DELETE",
    `/contacts/${String((record as { id?: string } | undefined)?.id)}`,
  );
  await at.world.settled();
  await at.open("contacts", id);
  await at.status("Not synced");
  await at.picture("24-record-deleted");
  await at.card.getByTestId("pull").click();
  await at.status("In sync");
  expect(await recordOf(email)).toMatchObject({ hubspotId: id });
});

test("a company is pushed with its contacts, and the card follows them", async () => {
  const { at } = browser;
  const company = await at.make("companies", {
    name: "Acme Corporation",
    domain: `acme${people}.example`,
  });
  for (const first of ["Mary", "Kathleen", "Betty"])
    await at.make(
      "contacts",
      {
        email: `${first.toLowerCase()}${people}@acme.example`,
        firstname: first,
      },
      { associations: [{ toType: "companies", toId: company, primary: true }] },
    );
  await at.open("companies", company);
  await at.setAutomatic(false);
  for (const first of ["mary", "kathleen", "betty"]) {
    const record = await recordOf(`${first}${people}@acme.example`);
    await at.world.api(
      "PATCH",
      `/contacts/${String((record as { id?: string } | undefined)?.id)}`,
      { properties: { job_title: "Programmer" } },
    );
  }
  await at.editInWorkspace("city", "Philadelphia");
  await at.status("Changes pending");
  await at.card.getByText("Also push its 3 contacts (3 with changes)").click();
  await at.picture("25-company");
  await at.card.getByTestId("push").click();
  await at.page.getByTestId("confirm-push").getByText("Mary").waitFor();
  await at.picture("25-company-asked");
  await at.page.getByTestId("confirm-push-confirm").click();
  await eventually(
    async () =>
      (await at.world.truth("contacts")).filter(
        ({ properties }) => properties["jobtitle"] === "Programmer",
      ).length,
  ).toBe(3);
  await at.status("In sync");
  await at.picture("26-company-pushed");
  const truth = await at.world.truth("companies");
  expect(truth.find(({ id }) => id === company)?.properties["city"]).toBe(
    "Philadelphia",
  );
  await at.setAutomatic(true);
});
