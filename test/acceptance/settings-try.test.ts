import { beforeEach, describe, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { changeObject, makeObject, merge, object } from "./steps/objects.ts";
import { change, createLinked, make, record } from "./steps/records.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { newestSettings, tryOut } from "./steps/try-settings.ts";
import { useWorld } from "./world.ts";

const none = { stages: null, emailStatuses: null, customField: null };

describe("a connected account", () => {
  const at = useWorld();
  beforeEach(() => choose(at.world));

  test("AP-014 AP-075 unsaved conditions say what they would do to a record, by themselves and by hand", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const [lead, customer] = [
      await make(world, "contacts", { first_name: "Lea", stage: "lead" }),
      await make(world, "contacts", { first_name: "Cus", stage: "customer" }),
    ];
    await calm(world);
    const rules = {
      push: { enabled: true, conditions: { ...none, stages: ["customer"] } },
    };
    const on = { automatic: { pull: true, push: true } };

    const excluded = await tryOut(world, { recordId: lead.id }, rules, on);
    expect(excluded).toMatchObject({
      record: { id: lead.id, name: "Lea" },
      object: null,
      linked: false,
      paused: null,
      automatic: {
        workspace: {
          outcome: "skipped",
          code: "stage_excluded",
          reason: "Excluded by stage. Stages that sync: customer.",
          changes: [],
        },
      },
      pull: null,
      push: {
        outcome: "created",
        code: "created_in_hubspot",
        changes: [{ field: "first_name", after: "Lea" }, { field: "stage" }],
      },
    });
    const included = await tryOut(world, { recordId: customer.id }, rules, on);
    expect(included.automatic.workspace).toMatchObject({
      outcome: "created",
      code: "created_in_hubspot",
    });
    const off = await tryOut(world, { recordId: customer.id }, rules);
    expect(off.automatic.workspace.code).toBe("automatic_push_off");
    expect(off.push?.outcome).toBe("created");
    expect(await world.truth("contacts")).toHaveLength(0);
  });

  test("BN-010 an unsaved mapping is decided with the value that HubSpot has of its property", async () => {
    const { world } = at;
    const objectId = await makeObject(world, "contacts", {
      email: "fax@try.example",
      fax: "555 0100",
    });
    await calm(world);
    const { settings } = await newestSettings(world);
    const fax: FieldMapping = {
      field: "fax_number",
      property: "fax",
      direction: "both",
      clear: false,
      conversion: { kind: "text" },
    };
    const trial = await tryOut(
      world,
      { objectId },
      { mappings: [...settings.contact.mappings, fax] },
    );
    expect(trial).toMatchObject({ linked: true, object: { id: objectId } });
    expect(trial.automatic.hubspot).toMatchObject({
      outcome: "updated",
      changes: [
        {
          field: "fax_number",
          side: "workspace",
          before: null,
          after: "555 0100",
        },
      ],
    });
    expect(trial.fields).toMatchObject([
      { field: "fax_number", onPull: { writes: "workspace" } },
    ]);
    const saved = await tryOut(world, { objectId }, {});
    expect(saved.automatic.hubspot).toMatchObject({
      outcome: "unchanged",
      changes: [],
    });
  });

  test("a conflict is decided by the unsaved policy", async () => {
    const { world } = at;
    const [pair] = await createLinked(world, "contacts", [
      { email: "both@try.example", city: "Rome" },
    ]);
    const { id = "", objectId = "" } = pair ?? {};
    await choose(world, { automatic: byHandOnly });
    await change(world, "contacts", id, { city: "Paris" });
    await changeObject(world, "contacts", objectId, { city: "Berlin" });
    await calm(world);
    const on = { automatic: { pull: true, push: true } };
    const by = async (policy: "hubspot" | "workspace" | "hold") =>
      (await tryOut(world, { recordId: id }, { policy }, on)).automatic.hubspot;
    expect((await by("hubspot")).changes).toMatchObject([
      { side: "workspace", before: "Paris", after: "Berlin" },
    ]);
    expect((await by("workspace")).changes).toMatchObject([
      { side: "hubspot", before: "Berlin", after: "Paris" },
    ]);
    expect(await by("hold")).toMatchObject({
      outcome: "held",
      code: "conflict_held",
      changes: [],
    });
  });

  test("AP-021 a merge that HubSpot has made is shown as merge sync would apply it, and stays to be applied", async () => {
    const { world } = at;
    const pair = await createLinked(world, "contacts", [
      { email: "loser@try.example", state: "Lazio" },
      { email: "winner@try.example" },
    ]);
    const [loser, winner] = [pair[0], pair[1]];
    if (loser === undefined || winner === undefined) throw new Error("made");
    expect((await world.api("POST", "/installation/hold")).status).toBe(200);
    const merged = await merge(
      world,
      "contacts",
      winner.objectId,
      loser.objectId,
    );
    const trial = await tryOut(
      world,
      { recordId: winner.id },
      { mergeSync: true },
    );
    expect(trial).toMatchObject({
      object: { id: merged },
      linked: true,
      paused: { code: "held_by_admin" },
    });
    expect((await record(world, "contacts", loser.id)).deletedAt).toBeNull();
    // Under the saved settings, merges aren't followed.
    expect((await world.api("POST", "/installation/start")).status).toBe(200);
    await calm(world);
    expect((await record(world, "contacts", loser.id)).deletedAt).toBeNull();
    expect((await object(world, "contacts", merged)).id).toBe(merged);
  });

  test("X-15 a document that can't be saved is refused with the errors of a check", async () => {
    const { world } = at;
    const { settings } = await newestSettings(world);
    const wrong = {
      ...settings,
      surplus: 1,
      contact: { ...settings.contact, policy: "nobody" },
    };
    const checked = await world.api<{ errors: unknown[] }>(
      "POST",
      "/settings/check",
      { settings: wrong },
    );
    const tried = await world.api<{ errors: unknown[] }>(
      "POST",
      "/settings/try",
      { settings: wrong, objectType: "contact", objectId: "1" },
    );
    expect(tried.status).toBe(400);
    expect(checked.body.errors.length).toBeGreaterThan(1);
    expect(tried.body.errors).toEqual(checked.body.errors);
  });

  test("X-15 an unknown record is a 404, and two ids or none are a 400 with the place", async () => {
    const { world } = at;
    const { settings } = await newestSettings(world);
    const ask = async (more: Readonly<Record<string, string>>) => {
      const { status, body } = await world.api("POST", "/settings/try", {
        settings,
        objectType: "contact",
        ...more,
      });
      return [status, body["code"], body["errors"]];
    };
    const recordId = "00000000-0000-4000-8000-000000000000";
    expect(await ask({ recordId })).toEqual([
      404,
      "record_not_found",
      undefined,
    ]);
    expect(await ask({ objectId: "987654321" })).toEqual([
      404,
      "record_not_found",
      undefined,
    ]);
    const place = [
      400,
      "invalid_input",
      [{ path: "recordId", message: "send either recordId or objectId" }],
    ];
    expect(await ask({})).toEqual(place);
    expect(await ask({ recordId, objectId: "1" })).toEqual(place);
  });
});

describe("the setup window", () => {
  const at = useWorld({
    install: false,
    environment: { SETUP_WINDOW_HOURS: "6" },
  });

  test("AP-003 AP-120 rules can be tried before anything syncs, as if the first pull had ended", async () => {
    const { world } = at;
    const objectId = await makeObject(world, "contacts", {
      email: "early@try.example",
      firstname: "Ear",
    });
    expect((await world.install()).status).toBe(200);
    const mine = await make(world, "contacts", { email: "mine@try.example" });
    const pulled = await tryOut(world, { objectId }, {});
    expect(pulled).toMatchObject({
      paused: { code: "setup_window" },
      record: null,
      automatic: {
        hubspot: { outcome: "created", code: "created_in_workspace" },
      },
    });
    const pushed = await tryOut(world, { recordId: mine.id }, {});
    expect(pushed.automatic.workspace).toMatchObject({
      outcome: "created",
      code: "created_in_hubspot",
    });
    expect(await world.truth("contacts")).toHaveLength(1);
    // The checklist of the set-up says that it was done.
    const [{ steps } = { steps: {} }] = await asOwner(
      world,
      async (owner) =>
        (
          await owner.query<{ steps: object }>(
            "select setup_steps as steps from installation",
          )
        ).rows,
    );
    expect(Object.keys(steps)).toContain("try");
    expect((await world.api("GET", "/contacts")).body["results"]).toHaveLength(
      1,
    );
  });

  test("AP-078 a disconnected account is told to connect", async () => {
    const { world } = at;
    const { settings } = await newestSettings(world);
    expect((await world.api("DELETE", "/installation")).status).toBe(204);
    const { status, body } = await world.api("POST", "/settings/try", {
      settings,
      objectType: "contact",
      objectId: "1",
    });
    expect([status, body["code"]]).toEqual([409, "disconnected"]);
  });
});
