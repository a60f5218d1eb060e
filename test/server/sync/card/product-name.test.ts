import { describe, expect, test } from "vitest";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

const world = useWorld();

const name = (portal: Portal, productName: string): Promise<void> =>
  portal.settings((settings) => {
    settings["productName"] = productName;
  });

/** A portal with one contact on both sides, in which nothing syncs by itself. */
async function oneContact(): Promise<{ portal: Portal; objectId: string }> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", { email: "ada@example.com" });
  });
  await portal.settings((settings) => {
    settings["automatic"] = { pull: false, push: false };
  });
  return { portal, objectId };
}

describe("the product's name", () => {
  test("is in what a card says, does, and has done, and a new name is in all of it at once", async () => {
    const { portal, objectId } = await oneContact();
    const { record } = await portal.card("contacts", objectId);
    await portal.api("PATCH", `/contacts/${record?.id}`, {
      properties: { first_name: "Ada", job_title: "the workspace" },
    });
    await name(portal, "Orbit");
    const { view: pushed } = await portal.openAndPress(
      "push",
      "contacts",
      objectId,
    );
    expect(pushed).toMatchObject({ productName: "Orbit" });
    await portal.api("DELETE", `/contacts/${record?.id}`);
    await portal.openAndPress("push", "contacts", objectId);
    const kept = (product: string): object => ({
      productName: product,
      push: { allowed: false, reason: `This contact isn't in ${product}.` },
      journal: [
        {
          action: "unlinked",
          reason: `Deleted in ${product}. Deletion sync is off, so this contact was kept in HubSpot and unlinked.`,
        },
        { action: "updated" },
        { action: "created", reason: `Contact created in ${product}.` },
      ],
    });
    const first = await portal.card("contacts", objectId);
    expect(first).toMatchObject(kept("Orbit"));
    // A value that reads like the engine's word for the product is nobody's name.
    expect(first.journal[1]?.changes).toContainEqual(
      expect.objectContaining({ after: "the workspace" }),
    );
    await name(portal, "Comet CRM");
    expect(await portal.card("contacts", objectId)).toMatchObject(
      kept("Comet CRM"),
    );
  });

  test("is in a stored problem, while the API and the database say the workspace", async () => {
    const { portal, objectId } = await oneContact();
    await portal.settings((settings) => {
      (settings["contact"] as Record<string, unknown>)["mappings"] = [
        {
          field: "region",
          property: "city",
          direction: "pull",
          clear: false,
          conversion: {
            kind: "options",
            pairs: [{ workspace: "emea", hubspot: "EMEA" }],
          },
        },
      ];
    });
    await portal.editObject("contacts", objectId, { city: "Rome" });
    const { view } = await portal.openAndPress("pull", "contacts", objectId);
    expect(view.problem?.cause).toMatch(/^Your product rejected /);
    expect((await portal.api("GET", "/attention"))["results"]).toMatchObject([
      { cause: expect.stringMatching(/^The workspace rejected /) as string },
    ]);
    await name(portal, "orbit");
    expect((await portal.card("contacts", objectId)).problem?.cause).toMatch(
      /^orbit rejected /,
    );
  });
});

describe("the record's link", () => {
  test("opens the record by the template of the settings; without one there is none", async () => {
    const { portal, objectId } = await oneContact();
    const { record } = await portal.card("contacts", objectId);
    expect(record?.url).toBeNull();
    await portal.settings((settings) => {
      settings["recordUrl"] = "https://app.example.com/{type}s/{id}?from={id}";
    });
    const url = `https://app.example.com/contacts/${record?.id}?from=${record?.id}`;
    expect((await portal.card("contacts", objectId)).record?.url).toBe(url);
    expect(
      await portal.api("GET", `/contacts/${record?.id}/sync`),
    ).toMatchObject({ record: { url } });
  });
});
