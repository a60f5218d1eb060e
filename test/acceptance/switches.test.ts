import { beforeEach, describe, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import type { Conditions } from "../../server/settings/conditions.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import {
  changeObject,
  companiesOf,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { profiles, typeOf } from "./steps/path.ts";
import { change, findRecordOf, make, record } from "./steps/records.ts";
import type { ProductRecord } from "./steps/records.ts";
import { itemsOf, sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

/** Twelve contacts: every mixture of two stages, three email statuses (one has no email) and two regions. */
const twelve = ["customer", "lead"].flatMap((stage) =>
  ["verified", "guessed", null].flatMap((emailStatus) =>
    ["north", "south"].map((region) => ({ stage, emailStatus, region })),
  ),
);

type Kind = (typeof twelve)[number];
const nameOf = ({ stage, emailStatus, region }: Kind): string =>
  `${stage} ${emailStatus ?? "mailless"} ${region}`;

const modes: readonly {
  readonly mode: string;
  readonly conditions: Partial<Conditions>;
  readonly pushed: readonly string[];
  /** Why some of the others were not. */
  readonly reasons: Readonly<Record<string, string>>;
}[] = [
  { mode: "none", conditions: {}, pushed: twelve.map(nameOf), reasons: {} },
  {
    mode: "stage",
    conditions: { stages: ["customer"] },
    pushed: [
      "customer verified north",
      "customer verified south",
      "customer guessed north",
      "customer guessed south",
      "customer mailless north",
      "customer mailless south",
    ],
    reasons: { "lead verified north": "stage_excluded" },
  },
  {
    mode: "email status",
    conditions: { emailStatuses: ["verified"] },
    pushed: [
      "customer verified north",
      "customer verified south",
      "lead verified north",
      "lead verified south",
    ],
    reasons: {
      "customer guessed north": "email_status_excluded",
      "customer mailless north": "no_email_while_required",
    },
  },
  {
    mode: "custom field",
    conditions: { customField: { field: "region", values: ["north"] } },
    pushed: [
      "customer verified north",
      "customer guessed north",
      "customer mailless north",
      "lead verified north",
      "lead guessed north",
      "lead mailless north",
    ],
    reasons: { "customer verified south": "custom_field_excluded" },
  },
  {
    mode: "all combined",
    conditions: {
      stages: ["customer"],
      emailStatuses: ["verified", "guessed"],
      customField: { field: "region", values: ["south"] },
    },
    pushed: ["customer verified south", "customer guessed south"],
    reasons: {
      "customer verified north": "custom_field_excluded",
      "customer mailless south": "no_email_while_required",
      "lead guessed south": "stage_excluded",
    },
  },
];

describe.each(profiles)("settings, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  const contactMappings = async (
    change: (mapping: FieldMapping) => FieldMapping,
  ): Promise<FieldMapping[]> => {
    const { body } = await at.world.api<{ settings: Settings }>(
      "GET",
      "/settings",
    );
    return body.settings.contact.mappings.map(change);
  };

  test.each(modes)(
    "AP-014 AP-015 of twelve new contacts, those are pushed that meet every condition that is set: $mode",
    async ({ mode, conditions, pushed, reasons }) => {
      const { world } = at;
      await choose(world, {
        automatic: byHandOnly,
        contact: { push: { conditions } },
      });
      const posted = await world.api<{
        results: { record: ProductRecord }[];
      }>("POST", "/contacts/batch", {
        inputs: twelve.map((kind) => ({
          properties: {
            first_name: mode,
            last_name: nameOf(kind),
            ...(kind.emailStatus === null
              ? {}
              : {
                  email:
                    `${mode} ${nameOf(kind)}`.replaceAll(" ", "-") +
                    "@modes.example",
                  email_status: kind.emailStatus,
                }),
            stage: kind.stage,
            region: kind.region,
          },
        })),
      });
      const ids = posted.body.results.map((each) => each.record.id);

      const run = await sync(world, "push", "contacts", { all: true });

      const there = await objectsWith(world, "contacts", "firstname", mode);
      expect(
        there.map(({ properties }) => properties["lastname"] ?? "").toSorted(),
      ).toEqual(pushed.toSorted());
      const items = await itemsOf(world, run.id);
      const mine = items.filter(({ recordId }) => ids.includes(recordId ?? ""));
      expect(mine).toHaveLength(twelve.length - pushed.length);
      const codes = Object.fromEntries(
        mine.map(({ recordId, outcome, code }) => {
          expect(outcome).toBe("skipped");
          const kind = twelve[ids.indexOf(recordId ?? "")];
          return [kind === undefined ? "" : nameOf(kind), code];
        }),
      );
      expect(codes).toMatchObject(reasons);
    },
  );

  test("AP-014 a condition by a custom field holds for pulling too, by the property that is mapped to it", async () => {
    const { world } = at;
    const made = await world.inHubSpot("POST", "/properties/contacts", {
      name: "sales_region",
      label: "Sales region",
      type: "string",
      fieldType: "text",
      groupName: "contactinformation",
    });
    expect(made.status).toBe(201);
    await choose(world, {
      contact: {
        mappings: [
          ...(await contactMappings((mapping) => mapping)),
          {
            field: "region",
            property: "sales_region",
            direction: "both",
            clear: false,
            conversion: { kind: "text" },
          },
        ],
        pull: {
          conditions: { customField: { field: "region", values: ["north"] } },
        },
      },
    });
    const inside = await makeObject(world, "contacts", {
      email: "in@region.example",
      sales_region: "north",
    });
    const outside = await makeObject(world, "contacts", {
      email: "out@region.example",
      sales_region: "south",
    });
    await world.settled();
    expect(
      (await findRecordOf(world, "contacts", inside))?.properties["region"],
    ).toBe("north");
    expect(await findRecordOf(world, "contacts", outside)).toBeUndefined();

    await changeObject(world, "contacts", outside, { sales_region: "north" });
    // The portal's own properties have no subscription: another change tells of it.
    await changeObject(world, "contacts", outside, { city: "Kiel" });
    await world.settled();
    expect(await findRecordOf(world, "contacts", outside)).toBeDefined();
  });

  test.each(["by itself", "by hand"] as const)(
    "a field that is only pulled is never written to HubSpot, and one that is only pushed never to the workspace, %s",
    async (how) => {
      const { world } = at;
      const mappings = await contactMappings((mapping) =>
        mapping.field === "job_title"
          ? { ...mapping, direction: "pull" }
          : mapping.field === "city"
            ? { ...mapping, direction: "push" }
            : mapping,
      );
      const automatic =
        how === "by itself" ? { pull: true, push: true } : byHandOnly;
      await choose(world, { automatic, contact: { mappings } });
      const move = async (kind: "pull" | "push"): Promise<void> => {
        if (how === "by hand")
          await sync(world, kind, "contacts", { ids: [id] });
        else await calm(world);
      };
      const email = `${how.replace(" ", "-")}@direction.example`;
      const { id } = await make(world, "contacts", {
        email,
        job_title: "Ours",
        city: "Oslo",
      });
      await move("push");
      const hubspotId = (await record(world, "contacts", id)).hubspotId ?? "";
      const there = async (): Promise<Json> =>
        (await object(world, "contacts", hubspotId)).properties;
      const here = async (): Promise<Json> =>
        (await record(world, "contacts", id)).properties;
      expect(await there()).toMatchObject({ email, city: "Oslo" });
      expect((await there())["jobtitle"] ?? "").toBe("");

      await changeObject(world, "contacts", hubspotId, {
        jobtitle: "Theirs",
        city: "Thun",
      });
      await move("pull");
      expect(await here()).toMatchObject({ job_title: "Theirs", city: "Oslo" });

      await change(world, "contacts", id, {
        job_title: "Ours again",
        city: "Bonn",
      });
      await move("push");
      expect(await there()).toMatchObject({ jobtitle: "Theirs", city: "Bonn" });
      expect(await here()).toMatchObject({
        job_title: "Ours again",
        city: "Bonn",
      });
      expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
    },
  );

  test.each(["contacts", "companies"] as const)(
    "AC-021 under the policy hubspot HubSpot's side of a conflict wins for %s also when the workspace started the sync, but for a field with a policy of its own",
    async (path) => {
      const { world } = at;
      const { body } = await world.api<{ settings: Settings }>(
        "GET",
        "/settings",
      );
      const type = typeOf[path];
      const mappings = body.settings[type].mappings.map((mapping) =>
        mapping.field === "city"
          ? { ...mapping, policy: "workspace" as const }
          : mapping,
      );
      const settings = { policy: "hubspot", mappings } as const;
      await choose(
        world,
        path === "contacts" ? { contact: settings } : { company: settings },
      );
      const { id } = await make(world, path, {
        ...(path === "contacts"
          ? { email: "policy@hubspot.example" }
          : { name: "Policy", domain: "policy.hubspot.example" }),
        phone: "+49301",
        city: "Ulm",
      });
      await calm(world);
      const hubspotId = (await record(world, path, id)).hubspotId ?? "";

      // HubSpot says nothing, so that it is the workspace's change that starts the sync.
      await faultyWebhooks(world, { lose: true }, async () => {
        await changeObject(world, path, hubspotId, {
          phone: "+49302",
          city: "Bonn",
        });
        await change(world, path, id, { phone: "+49303", city: "Jena" });
        await world.settled();
      });

      expect((await record(world, path, id)).properties).toMatchObject({
        phone: "+49302",
        city: "Jena",
      });
      expect((await object(world, path, hubspotId)).properties).toMatchObject({
        phone: "+49302",
        city: "Jena",
      });
      const told = await journal(world, { recordId: id });
      expect(
        told
          .filter(({ action }) => action === "updated")
          .flatMap(({ initiator, changes }) =>
            changes
              .filter(({ field }) => ["phone", "city"].includes(field))
              .map(
                ({ field, side, overwrote }) =>
                  `${initiator}: ${field} of ${side}, over ${String(overwrote)}`,
              ),
          )
          .toSorted(),
      ).toEqual([
        "workspace: city of hubspot, over Bonn",
        "workspace: phone of workspace, over +49303",
      ]);
    },
  );

  test("AC-012 where a company is required, a contact without one is not pushed, and is as soon as it belongs to one", async () => {
    const { world } = at;
    await choose(world, { contact: { requireCompany: true } });
    const { id } = await make(world, "contacts", {
      email: "alone@push.example",
    });
    const company = await make(world, "companies", {
      name: "Home",
      domain: "home.push.example",
    });
    await world.settled();
    expect(await record(world, "contacts", id)).toMatchObject({
      hubspotId: null,
      sync: { status: "not_synced", code: "no_company" },
    });
    const run = await sync(world, "push", "contacts", { all: true });
    expect(await itemsOf(world, run.id)).toContainEqual(
      expect.objectContaining({
        recordId: id,
        outcome: "skipped",
        code: "no_company",
      }),
    );
    expect(
      await objectsWith(world, "contacts", "email", "alone@push.example"),
    ).toEqual([]);

    await world.api("PATCH", `/contacts/${id}`, { companyId: company.id });
    await calm(world);
    const { hubspotId } = await record(world, "contacts", id);
    expect(await companiesOf(world, hubspotId)).toEqual([
      (await record(world, "companies", company.id)).hubspotId,
    ]);
  });

  test.each(["contacts", "companies"] as const)(
    "AP-010 AP-079 with pushing of %s switched off nothing is created in HubSpot, by hand neither, and what is linked is kept in step",
    async (path) => {
      const { world } = at;
      const key = (name: string): Json =>
        path === "contacts"
          ? { email: `${name}@off.example` }
          : { name, domain: `${name}.off.example` };
      const linked = await make(world, path, key("linked"));
      await calm(world);
      const { hubspotId } = await record(world, path, linked.id);
      await choose(world, { [typeOf[path]]: { push: { enabled: false } } });
      const fresh = await make(world, path, key("fresh"));
      await change(world, path, linked.id, { city: "Rome" });
      await calm(world);
      expect((await object(world, path, hubspotId)).properties["city"]).toBe(
        "Rome",
      );
      const before = await world.truth(path);

      for (const what of [{ ids: [fresh.id] }, { all: true }] as const) {
        const run = await sync(world, "push", path, what);
        expect(run.counts.created).toBe(0);
        expect(await itemsOf(world, run.id)).toContainEqual(
          expect.objectContaining({
            recordId: fresh.id,
            outcome: "skipped",
            code: "push_off",
          }),
        );
      }

      expect(await world.truth(path)).toHaveLength(before.length);
      expect(await record(world, path, fresh.id)).toMatchObject({
        hubspotId: null,
        sync: { status: "not_synced", code: "push_off" },
      });
      const shown = await world.api<{
        push: { allowed: boolean; code: string; remedy: string };
      }>("GET", `/${path}/${fresh.id}/sync`);
      expect(shown.body.push).toMatchObject({
        allowed: false,
        code: "push_off",
        remedy: "Turn on push in the sync settings.",
      });

      await choose(world);
      const run = await sync(world, "push", path, { ids: [fresh.id] });
      expect(run.counts).toMatchObject({ requested: 1, created: 1 });
    },
  );
});

describe("a switch", () => {
  const at = useWorld();

  test("AP-005 what the product changes while automatic push is being switched on is pushed at once, and not put off by the look before", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    await calm(world);
    const { id } = await asOwner(world, async (owner) => {
      // A save that is under way, as the server does it.
      await owner.query("begin");
      await owner.query(
        "select from installation where portal_id = $1 for no key update",
        [world.portalId],
      );
      await owner.query(
        `insert into settings (portal_id, version, document, changed_by)
         select portal_id, version + 1, jsonb_set(document, '{automatic,push}', 'true'), 'test' from settings
         where portal_id = $1 order by version desc limit 1`,
        [world.portalId],
      );
      await owner.query(
        "update dirty set due_at = now() where portal_id = $1 and due_at > now()",
        [world.portalId],
      );
      const made = await make(world, "contacts", {
        email: "meanwhile@switches.example",
      });
      await world.until(
        () =>
          asOwner(world, async (other) => {
            const { rows } = await other.query<{ any: boolean }>(
              "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%for share%') as any",
            );
            return rows[0]?.any === true;
          }),
        "the look waits for the save",
      );
      await owner.query("commit");
      return made;
    });
    await world.until(
      async () => (await record(world, "contacts", id)).hubspotId !== null,
      "the record is pushed",
      20_000,
    );
  });
});
