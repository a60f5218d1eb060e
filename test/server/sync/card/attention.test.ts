import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

const world = useWorld();

type Json = Record<string, unknown>;
type Contact = { portal: Portal; objectId: string; recordId: string };

async function linkedContact(
  change: (settings: Json) => void = () => undefined,
): Promise<Contact> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    await world().control(
      "POST",
      `/portals/${it.portalId}/properties/contacts`,
      mood("calm", "gay"),
    );
    objectId = await it.makeObject("contacts", {
      email: "ada@example.com",
      phone: "1",
      city: "London",
    });
  });
  await portal.settings(change);
  const { record } = await portal.card("contacts", objectId);
  return { portal, objectId, recordId: record?.id ?? "" };
}

const holding = (settings: Json): void => {
  (settings["contact"] as Json)["policy"] = "hold";
};

/** A choice list of the portal's own, whose options are known to the app from its install. */
const mood = (...values: string[]): Json => ({
  name: "mood",
  label: "Mood",
  type: "enumeration",
  fieldType: "select",
  groupName: "contactinformation",
  options: values.map((value) => ({ label: value, value })),
});

const withMood = (settings: Json): void => {
  (settings["contact"] as { mappings: Json[] }).mappings.push({
    field: "mood",
    property: "mood",
    direction: "both",
    clear: false,
    conversion: { kind: "text" },
  });
};

/** A conflict in two fields that automatic sync has left to a person. */
async function held(): Promise<Contact> {
  const contact = await linkedContact(holding);
  const { portal, objectId, recordId } = contact;
  await portal.api("PATCH", `/contacts/${recordId}`, {
    properties: { phone: "2", city: "Rome" },
  });
  await portal.editObject("contacts", objectId, { phone: "3", city: "Paris" });
  await world().work(async () => {
    const { results } = await portal.api("GET", "/attention");
    expect(results).toHaveLength(2);
  });
  return contact;
}

describe("held for a person", () => {
  test("the card shows both values and what both sides held before, and the choice settles it", async () => {
    const { portal, objectId, recordId } = await held();
    const view = await portal.card("contacts", objectId);
    expect(view).toMatchObject({ status: "held", code: "conflict_held" });
    const phone = view.held.find(({ field }) => field === "phone");
    expect(phone).toMatchObject({
      label: "Phone Number",
      base: { workspace: "1", hubspot: "1" },
      workspace: "2",
      hubspot: "3",
    });
    const city = view.held.find(({ field }) => field === "city");

    const first = await portal.press("resolve", "contacts", objectId, {
      attentionId: phone?.id,
      choice: "workspace",
    });
    expect(first).toMatchObject({
      result: "done",
      changes: [{ field: "phone", side: "hubspot", before: "3", after: "2" }],
      view: { status: "held", held: [{ field: "city" }] },
    });
    expect((await portal.object("contacts", objectId))["phone"]).toBe("2");
    expect((await portal.object("contacts", objectId))["city"]).toBe("Paris");

    const second = await portal.press("resolve", "contacts", objectId, {
      attentionId: city?.id,
      choice: "hubspot",
    });
    expect(second).toMatchObject({
      result: "done",
      view: { status: "in_sync", held: [] },
    });
    const { properties } = await portal.record("contacts", recordId);
    expect(properties).toMatchObject({ phone: "2", city: "Paris" });
    const { results } = await portal.api("GET", "/attention?state=resolved");
    expect(results).toMatchObject([
      { resolvedBy: "ada@example.com" },
      { resolvedBy: "ada@example.com" },
    ]);
  });

  test("a choice between values that have changed since is not carried out", async () => {
    const { portal, objectId } = await held();
    const { held: entries } = await portal.card("contacts", objectId);
    const phone = entries.find(({ field }) => field === "phone");
    await portal.editObject("contacts", objectId, { phone: "4" });
    expect(
      await portal.press("resolve", "contacts", objectId, {
        attentionId: phone?.id,
        choice: "workspace",
      }),
    ).toMatchObject({ result: "changed" });
    expect((await portal.object("contacts", objectId))["phone"]).toBe("4");
  });

  test("the API resolves the same, once; a second choice is told that it is settled", async () => {
    const { portal, objectId } = await held();
    const { held: entries } = await portal.card("contacts", objectId);
    const id = entries.find(({ field }) => field === "phone")?.id ?? "";
    expect(
      await portal.api("POST", `/attention/${id}/resolve`, {
        choice: "workspace",
      }),
    ).toMatchObject({ state: "resolved", resolvedBy: "API" });
    expect((await portal.object("contacts", objectId))["phone"]).toBe("2");
    await expect(
      portal.api("POST", `/attention/${id}/resolve`, { choice: "hubspot" }),
    ).rejects.toThrow("already_settled");
    expect(
      await portal.press("resolve", "contacts", objectId, {
        attentionId: id,
        choice: "hubspot",
      }),
    ).toMatchObject({ result: "refused", code: "already_settled" });
    expect((await portal.object("contacts", objectId))["phone"]).toBe("2");
  });

  test("an entry of another record, or none at all, is not acted on", async () => {
    const { portal, objectId } = await held();
    const other = await portal.makeObject("contacts", {
      email: "charles@example.com",
    });
    const { held: entries } = await portal.card("contacts", objectId);
    for (const attentionId of [entries[0]?.id, randomUUID()])
      expect(
        await portal.press("resolve", "contacts", other, {
          attentionId,
          choice: "workspace",
        }),
      ).toMatchObject({ result: "refused", code: "already_settled" });
    expect((await portal.object("contacts", objectId))["phone"]).toBe("3");
  });
});

/** An option that HubSpot does not know: it is parked, and a problem says so. */
async function parked(): Promise<Contact> {
  const contact = await linkedContact(withMood);
  const { portal, objectId, recordId } = contact;
  await portal.api("PATCH", `/contacts/${recordId}`, {
    properties: { mood: "dreaming", phone: "2" },
  });
  expect(await portal.openAndPress("push", "contacts", objectId)).toMatchObject(
    { result: "done" },
  );
  return contact;
}

describe("a problem", () => {
  test("the rest of the record goes through; the card names cause and fix, and a retry alone does not help", async () => {
    const { portal, objectId } = await parked();
    expect((await portal.object("contacts", objectId))["phone"]).toBe("2");
    const view = await portal.card("contacts", objectId);
    expect(view).toMatchObject({
      status: "problem",
      code: "invalid_option",
      problem: { code: "invalid_option", retry: { allowed: true } },
      fields: [
        {
          field: "mood",
          state: "parked",
          workspace: "dreaming",
          onPush: { writes: "nothing" },
        },
      ],
    });
    expect(view.problem?.cause).toContain("dreaming");
    expect(view.fields[0]?.note).toContain("dreaming");
    expect(
      await portal.press("retry", "contacts", objectId, {
        attentionId: view.problem?.id,
      }),
    ).toMatchObject({
      result: "refused",
      code: "invalid_option",
      view: { status: "problem" },
    });
  });

  test("an option that was added in HubSpot since counts at the retry", async () => {
    const { portal, objectId } = await parked();
    const { problem } = await portal.card("contacts", objectId);
    const { options } = mood("calm", "dreaming");
    world()
      .sandbox.portals.get(portal.portalId)
      ?.updateProperty("contacts", "mood", { options });
    const answer = await portal.press("retry", "contacts", objectId, {
      attentionId: problem?.id,
    });
    expect(answer).toMatchObject({
      result: "done",
      changes: [{ field: "mood", after: "dreaming" }],
      view: { status: "in_sync", problem: null },
    });
    expect((await portal.object("contacts", objectId))["mood"]).toBe(
      "dreaming",
    );
  });

  test("the API retries the same, also where automatic sync is switched off", async () => {
    const { portal, objectId, recordId } = await parked();
    await portal.settings((settings) => {
      settings["automatic"] = { pull: false, push: false };
    });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { mood: "gay" },
    });
    const { problem } = await portal.card("contacts", objectId);
    expect(
      await portal.api("POST", `/attention/${problem?.id}/retry`),
    ).toMatchObject({ state: "resolved", resolvedBy: "API" });
    expect((await portal.object("contacts", objectId))["mood"]).toBe("gay");
    await expect(
      portal.api("POST", `/attention/${randomUUID()}/retry`),
    ).rejects.toThrow("attention_not_found");
  });
});
