import { describe, expect, test } from "vitest";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

// 7-B5: what the card shows only the beginning of can be read whole.

const world = useWorld();
type Json = Record<string, unknown>;

const family = "👩‍👩‍👧‍👦";

async function linked(
  jobtitle: string,
  policy = "initiator",
): Promise<{ portal: Portal; objectId: string; recordId: string }> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", {
      email: "ada@example.com",
      jobtitle,
    });
  });
  await portal.settings((settings) => {
    settings["automatic"] = { pull: false, push: false };
    (settings["contact"] as Json)["policy"] = policy;
  });
  const { record } = await portal.card("contacts", objectId);
  return { portal, objectId, recordId: record?.id ?? "" };
}

describe("a long value", () => {
  test("is shown up to a letter's end, and answered whole on request", async () => {
    const theirs = `${family.repeat(40)}end`;
    const ours = `${"é".repeat(249)}${family} tail`;
    const { portal, objectId, recordId } = await linked("Clerk");
    await portal.editObject("contacts", objectId, { jobtitle: theirs });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { job_title: ours },
    });
    const { fields } = await portal.card("contacts", objectId);
    expect(fields).toMatchObject([
      {
        field: "job_title",
        hubspot: `${family.repeat(22)}…`,
        workspace: `${"é".repeat(249)}…`,
      },
    ]);
    expect(await portal.value("contacts", objectId, "job_title")).toEqual({
      status: 200,
      body: {
        field: "job_title",
        label: "Job Title",
        workspace: ours,
        hubspot: theirs,
      },
    });
  });

  test("of a conflict: the values that the choice is between", async () => {
    const long = "x".repeat(400);
    const { portal, objectId, recordId } = await linked("Clerk", "hold");
    await portal.editObject("contacts", objectId, { jobtitle: `h${long}` });
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { job_title: `w${long}` },
    });
    await portal.openAndPress("sync", "contacts", objectId);
    expect((await portal.card("contacts", objectId)).held).toHaveLength(1);
    expect(await portal.value("contacts", objectId, "job_title")).toMatchObject(
      { body: { workspace: `w${long}`, hubspot: `h${long}` } },
    );
  });

  test("is not claimed where HubSpot isn't read, and only synced fields are answered", async () => {
    const { portal, objectId } = await linked("Clerk");
    expect(await portal.value("contacts", objectId, "hs_secret")).toMatchObject(
      { status: 404, body: { code: "field_not_found" } },
    );
    await portal.api("POST", "/installation/hold");
    expect(await portal.value("contacts", objectId, "job_title")).toMatchObject(
      {
        status: 409,
        body: {
          code: "not_read",
          detail: "An admin paused sync. Nothing syncs until it's resumed.",
        },
      },
    );
  });
});
