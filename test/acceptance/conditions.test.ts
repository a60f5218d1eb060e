import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import {
  changeObject,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import type { Path } from "./steps/path.ts";
import { profiles, typeOf } from "./steps/path.ts";
import { change, findRecordOf, make, record } from "./steps/records.ts";
import { itemsOf, sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

const named = (path: Path, name: string): Record<string, string> =>
  path === "contacts"
    ? { email: `${name}@rules.example` }
    : { name, domain: `${name}.rules.example` };

describe.each(profiles)("conditions, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test("AP-008 AP-009 BN-107 a linked contact is kept in step although its stage is excluded from pushing; a new one in that stage isn't pushed", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "kept@push.example",
      stage: "lead",
      job_title: "Buyer",
    });
    await world.settled();
    const { hubspotId } = await record(world, "contacts", id);
    await choose(world, {
      contact: { push: { conditions: { stages: ["customer"] } } },
    });

    await change(world, "contacts", id, { job_title: "Head of Buying" });
    await world.settled();

    const { properties } = await object(world, "contacts", hubspotId);
    expect(properties["jobtitle"]).toBe("Head of Buying");
    const left = await make(world, "contacts", {
      email: "left@push.example",
      stage: "lead",
    });
    await world.settled();
    expect((await record(world, "contacts", left.id)).sync).toMatchObject({
      status: "not_synced",
      code: "stage_excluded",
    });
    expect(
      await objectsWith(world, "contacts", "email", "left@push.example"),
    ).toEqual([]);
  });

  test("AC-025 BN-107 a change in HubSpot on a linked contact is applied without a look at the rules", async () => {
    const { world } = at;
    const id = await makeObject(world, "contacts", {
      email: "kept@pull.example",
      lifecyclestage: "lead",
    });
    await world.settled();
    await choose(world, {
      contact: {
        requireCompany: true,
        pull: { conditions: { stages: ["customer"] } },
      },
    });

    await changeObject(world, "contacts", id, { phone: "+49301234" });
    await world.settled();

    const kept = await findRecordOf(world, "contacts", id);
    expect(kept?.properties["phone"]).toBe("+49301234");
    const strange = await makeObject(world, "contacts", {
      email: "strange@pull.example",
      lifecyclestage: "lead",
    });
    await world.settled();
    expect(await findRecordOf(world, "contacts", strange)).toBeUndefined();
  });

  test("AP-016 where an email status is required, a contact without email is skipped and says so", async () => {
    const { world } = at;
    await choose(world, {
      contact: { push: { conditions: { emailStatuses: ["verified"] } } },
    });
    const without = await make(world, "contacts", { first_name: "Mailless" });
    const unverified = await make(world, "contacts", {
      email: "unverified@status.example",
      email_status: "guessed",
    });
    const verified = await make(world, "contacts", {
      email: "verified@status.example",
      email_status: "verified",
    });
    await world.settled();

    const skipped = await record(world, "contacts", without.id);
    expect(skipped.sync).toMatchObject({
      status: "not_synced",
      code: "no_email_while_required",
    });
    expect(skipped.sync.reason).toContain("no email");
    expect((await record(world, "contacts", unverified.id)).sync.code).toBe(
      "email_status_excluded",
    );
    expect(
      (await record(world, "contacts", verified.id)).hubspotId,
    ).not.toBeNull();
    expect(
      await objectsWith(world, "contacts", "firstname", "Mailless"),
    ).toEqual([]);
  });

  test("AP-017 without such a filter a contact without email is created in HubSpot", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", { first_name: "Nomail" });
    await world.settled();

    const { hubspotId } = await record(world, "contacts", id);
    const { properties } = await object(world, "contacts", hubspotId);
    expect(properties["firstname"]).toBe("Nomail");
    expect(properties["email"] ?? "").toBe("");
  });

  test("AP-075 AC-016 a push by hand overrides the conditions, and the journal says so", async () => {
    const { world } = at;
    await choose(world, {
      contact: {
        requireCompany: true,
        push: { conditions: { stages: ["customer"] } },
      },
    });
    const { id } = await make(world, "contacts", {
      email: "byhand@push.example",
      stage: "lead",
    });
    await world.settled();
    expect((await record(world, "contacts", id)).hubspotId).toBeNull();

    const run = await sync(world, "push", "contacts", { ids: [id] });

    expect(run.counts).toMatchObject({ requested: 1, created: 1 });
    const { hubspotId } = await record(world, "contacts", id);
    const { properties } = await object(world, "contacts", hubspotId);
    expect(properties).toMatchObject({
      email: "byhand@push.example",
      lifecyclestage: "lead",
    });
    const created = (await journal(world, { recordId: id })).find(
      (entry) => entry.action === "created",
    );
    expect(created).toMatchObject({ source: "api", initiator: "workspace" });
    expect(created?.reason).toContain("manual override");
  });

  test.each(["contacts", "companies"] as const)(
    "AC-002 AC-009 pushing all %s sends what meets the rules; the rest is counted and listed",
    async (path) => {
      const { world } = at;
      await choose(world, {
        automatic: byHandOnly,
        [typeOf[path]]: { push: { conditions: { stages: ["opportunity"] } } },
      });
      const inside = await make(world, path, {
        ...named(path, "inside-push"),
        stage: "opportunity",
      });
      const outside = await make(world, path, {
        ...named(path, "outside-push"),
        stage: "lead",
      });
      const before = (await world.truth(path)).length;

      const run = await sync(world, "push", path, { all: true });

      expect(run.counts.created).toBe(1);
      const { hubspotId } = await record(world, path, inside.id);
      expect((await object(world, path, hubspotId)).properties).toMatchObject(
        named(path, "inside-push"),
      );
      expect(await world.truth(path)).toHaveLength(before + 1);
      expect(await record(world, path, outside.id)).toMatchObject({
        hubspotId: null,
        sync: { status: "not_synced", code: "stage_excluded" },
      });
      const items = await itemsOf(world, run.id);
      expect(items).toContainEqual(
        expect.objectContaining({
          recordId: outside.id,
          outcome: "skipped",
          code: "stage_excluded",
        }),
      );
      expect(run.counts.skipped).toBe(items.length);
    },
  );

  test.each(["contacts", "companies"] as const)(
    "AC-002 AC-008 pulling all %s brings what meets the rules; the rest is absent and counted as not in scope",
    async (path) => {
      const { world } = at;
      await choose(world, {
        automatic: byHandOnly,
        [typeOf[path]]: { pull: { conditions: { stages: ["opportunity"] } } },
      });
      const inside = await makeObject(world, path, {
        ...named(path, "inside-pull"),
        lifecyclestage: "opportunity",
      });
      const outside = await makeObject(world, path, {
        ...named(path, "outside-pull"),
        lifecyclestage: "lead",
      });

      const run = await sync(world, "pull", path, { all: true });

      expect(run.counts.created).toBe(1);
      expect(await findRecordOf(world, path, inside)).toBeDefined();
      expect(await findRecordOf(world, path, outside)).toBeUndefined();
      const item = (await itemsOf(world, run.id)).find(
        (each) => each.hubspotId === outside,
      );
      expect(item).toMatchObject({ outcome: "skipped", code: "not_in_scope" });
      expect(item?.reason).toMatch(/^Excluded by stage\. /);
      expect(run.counts.skipped).toBe((await itemsOf(world, run.id)).length);
    },
  );

  test.each(["contacts", "companies"] as const)(
    "AP-083 when the conditions for %s tighten, what was pulled stays; pulling all then looks at every object again",
    async (path) => {
      const { world } = at;
      const only = (stage: string) =>
        choose(world, {
          automatic: byHandOnly,
          [typeOf[path]]: { pull: { conditions: { stages: [stage] } } },
        });
      await only("opportunity");
      const [pulled, strange] = [
        await makeObject(world, path, {
          ...named(path, "pulled-before"),
          lifecyclestage: "opportunity",
        }),
        await makeObject(world, path, {
          ...named(path, "excluded-before"),
          lifecyclestage: "customer",
        }),
      ];
      await sync(world, "pull", path, { all: true });
      const before = await findRecordOf(world, path, pulled);
      expect(before).toBeDefined();
      expect(await findRecordOf(world, path, strange)).toBeUndefined();

      await only("customer");
      await changeObject(world, path, pulled, { city: "Faenza" });
      await world.settled();
      // The change waits for a pull by hand, and the rule takes nothing away.
      expect(await findRecordOf(world, path, pulled)).toEqual(before);

      const run = await sync(world, "pull", path, { all: true });
      expect(run.counts).toMatchObject({
        requested: (await world.truth(path)).length,
        created: 1,
        updated: 1,
      });
      const after = await findRecordOf(world, path, pulled);
      expect(after).toMatchObject({
        id: before?.id,
        properties: { city: "Faenza" },
      });
      expect(await findRecordOf(world, path, strange)).toBeDefined();
    },
  );

  test("AC-012 contacts without a company are pulled by default, and left out when a company is required", async () => {
    const { world } = at;
    const loose = await makeObject(world, "contacts", {
      email: "loose@default.example",
    });
    await world.settled();
    expect(await findRecordOf(world, "contacts", loose)).toBeDefined();

    await choose(world, { contact: { requireCompany: true } });
    const company = await makeObject(world, "companies", {
      name: "Employer",
      domain: "employer.example",
    });
    const employed = await makeObject(
      world,
      "contacts",
      { email: "employed@employer.example" },
      company,
    );
    const alone = await makeObject(world, "contacts", {
      email: "alone@required.example",
    });
    await world.settled();
    expect(await findRecordOf(world, "contacts", alone)).toBeUndefined();
    const run = await sync(world, "pull", "contacts", { all: true });

    expect((await findRecordOf(world, "contacts", employed))?.companyId).toBe(
      (await findRecordOf(world, "companies", company))?.id,
    );
    expect(await findRecordOf(world, "contacts", alone)).toBeUndefined();
    expect(await itemsOf(world, run.id)).toContainEqual(
      expect.objectContaining({
        hubspotId: alone,
        outcome: "skipped",
        code: "no_company",
      }),
    );
  });

  test("AC-026 an edit in HubSpot that makes a contact satisfy the rules brings it, and its company", async () => {
    const { world } = at;
    await choose(world, {
      contact: { pull: { conditions: { stages: ["customer"] } } },
      company: { pull: { conditions: { stages: ["customer"] } } },
    });
    const company = await makeObject(world, "companies", {
      name: "Grown",
      domain: "grown.example",
      lifecyclestage: "lead",
    });
    const contact = await makeObject(
      world,
      "contacts",
      { email: "grown@grown.example", lifecyclestage: "lead" },
      company,
    );
    await calm(world);
    expect(await findRecordOf(world, "contacts", contact)).toBeUndefined();
    expect(await findRecordOf(world, "companies", company)).toBeUndefined();

    await changeObject(world, "companies", company, {
      lifecyclestage: "customer",
    });
    await changeObject(world, "contacts", contact, {
      lifecyclestage: "customer",
    });
    await calm(world);

    const pulled = await findRecordOf(world, "contacts", contact);
    expect(pulled?.properties["email"]).toBe("grown@grown.example");
    expect(pulled?.companyId).toBe(
      (await findRecordOf(world, "companies", company))?.id,
    );
  });

  test("AC-026 a contact that comes to satisfy the rules brings its company along", async () => {
    const { world } = at;
    await choose(world, {
      contact: { pull: { conditions: { stages: ["customer"] } } },
    });
    // Its webhooks are lost: only the contact's own edit tells of it.
    await world.control("PUT", "/sandbox/faults", { webhooks: { lose: true } });
    const company = await makeObject(world, "companies", {
      name: "Along",
      domain: "along.example",
    });
    const contact = await makeObject(
      world,
      "contacts",
      { email: "one@along.example", lifecyclestage: "lead" },
      company,
    );
    await world.control("DELETE", "/sandbox/faults");
    await changeObject(world, "contacts", contact, {
      lifecyclestage: "customer",
    });
    await calm(world);

    const brought = await findRecordOf(world, "companies", company);
    expect(brought?.properties["domain"]).toBe("along.example");
    expect((await findRecordOf(world, "contacts", contact))?.companyId).toBe(
      brought?.id,
    );
  });

  test("AC-026 a change here that makes a record satisfy the rules creates it in HubSpot with its company", async () => {
    const { world } = at;
    await choose(world, {
      contact: { push: { conditions: { stages: ["customer"] } } },
      company: { push: { enabled: false } },
    });
    const company = await make(world, "companies", {
      name: "Ripe",
      domain: "ripe.example",
    });
    const contact = await make(
      world,
      "contacts",
      { email: "one@ripe.example", stage: "lead" },
      company.id,
    );
    await world.settled();
    expect((await record(world, "contacts", contact.id)).hubspotId).toBeNull();

    await change(world, "contacts", contact.id, { stage: "customer" });
    await calm(world);

    expect(
      (await record(world, "contacts", contact.id)).hubspotId,
    ).not.toBeNull();
    expect(
      (await record(world, "companies", company.id)).hubspotId,
    ).not.toBeNull();
  });
});
