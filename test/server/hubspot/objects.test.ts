import { describe, expect, it } from "vitest";
import { contactToCompany } from "../../../server/settings/types/contact-to-company.ts";
import { bulk, useWorld } from "./world.ts";

const world = useWorld();

const mail = { properties: ["email"] } as const;

describe("list", () => {
  it("pages through every object by id, with the companies of each", async () => {
    const portalId = await world().installed();
    await world().control("POST", `/portals/${portalId}/seed`, {
      contacts: 250,
      companies: 30,
    });
    const gateway = world().gateway(portalId);
    const ids: string[] = [];
    let withCompany = 0;
    let after: string | null = null;
    do {
      const page = await gateway.list(
        "contact",
        {
          ...mail,
          parents: [contactToCompany],
          ...(after === null ? {} : { after }),
        },
        bulk,
      );
      ids.push(...page.objects.map(({ id }) => id));
      withCompany += page.objects.filter(
        ({ parents }) =>
          (parents?.[contactToCompany.name]?.ids.length ?? 0) > 0,
      ).length;
      after = page.next;
    } while (after !== null);
    const truth = await world().truth(portalId, "contacts");
    expect(ids).toHaveLength(250);
    expect(new Set(ids)).toEqual(new Set(truth.keys()));
    expect(withCompany).toBeGreaterThan(0);
    expect(
      await world().counted(portalId, "GET /crm/objects/2026-09/{objectType}"),
    ).toEqual({ 200: 3 });
  });

  it("says when a list of companies was cut short", async () => {
    const portalId = await world().installed({ inlineAssociations: 1 });
    const contact = await world().make(portalId, "contacts", {
      email: "a@b.example",
    });
    for (const name of ["one", "two"]) {
      const toId = await world().make(portalId, "companies", { name });
      await world().control("PUT", `/portals/${portalId}/associations`, {
        fromType: "contacts",
        fromId: contact,
        toType: "companies",
        toId,
      });
    }
    const { objects } = await world()
      .gateway(portalId)
      .list("contact", { ...mail, parents: [contactToCompany] }, bulk);
    const parents = objects[0]?.parents?.[contactToCompany.name];
    expect(parents?.ids).toHaveLength(1);
    expect(parents?.complete).toBe(false);
  });

  it("reads values by a second call when the properties do not fit a URL", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "contacts", {
      email: "long@b.example",
    });
    const properties = Array.from(
      { length: 400 },
      (_, n) => `a_property_that_is_not_there_${n}`,
    );
    const { objects } = await world()
      .gateway(portalId)
      .list("contact", { properties: ["email", ...properties] }, bulk);
    expect(objects.map(({ id: listed }) => listed)).toEqual([id]);
    expect(objects[0]?.properties["email"]).toBe("long@b.example");
  });
});

describe("read", () => {
  it("answers under the asked id, with null for what is not there", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "companies", { name: "One" });
    const read = await world()
      .gateway(portalId)
      .read("company", [id, "999999999999"], { properties: ["name"] }, bulk);
    expect(read.get(id)?.properties["name"]).toBe("One");
    expect(read.get(id)?.objectType).toBe("company");
    expect(read.get("999999999999")).toBeNull();
  });

  it.each([{ profile: "documented" }, { profile: "observed" }])(
    "gives the survivor under a merged-away id ($profile)",
    async (options) => {
      const portalId = await world().installed(options);
      const primary = await world().make(portalId, "contacts", {
        email: "stays@b.example",
      });
      const loser = await world().make(portalId, "contacts", {
        email: "goes@b.example",
      });
      const merged = await world().control(
        "POST",
        `/portals/${portalId}/objects/contacts/merge`,
        { primaryObjectId: primary, objectIdToMerge: loser },
      );
      const survivor = String(merged["id"]);
      const read = await world()
        .gateway(portalId)
        .read("contact", [loser, primary], mail, bulk);
      expect(read.get(loser)?.id).toBe(survivor);
      expect(read.get(primary)?.id).toBe(survivor);
      expect(read.get(loser)?.mergedIds).toContain(loser);
    },
  );

  it("finds contacts by email however it is written, and by nothing else", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "contacts", {
      email: "ada@b.example",
    });
    const read = await world()
      .gateway(portalId)
      .read(
        "contact",
        ["Ada@B.example", "nobody@b.example"],
        { ...mail, idProperty: "email" },
        bulk,
      );
    expect(read.get("Ada@B.example")?.id).toBe(id);
    expect(read.get("nobody@b.example")).toBeNull();
  });

  it("finds the archived only when asked for them", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "contacts", {
      email: "old@b.example",
    });
    const gateway = world().gateway(portalId);
    expect(await gateway.archive("contact", [id], bulk)).toEqual([
      { id, kind: "result" },
    ]);
    expect(
      (await gateway.read("contact", [id], mail, bulk)).get(id),
    ).toBeNull();
    const archived = await gateway.read(
      "contact",
      [id],
      { ...mail, archived: true },
      bulk,
    );
    expect(archived.get(id)?.archived).toBe(true);
  });

  it("tells whose every value was", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "contacts", {
      email: "h@b.example",
    });
    const gateway = world().gateway(portalId);
    const properties = { jobtitle: "Captain" };
    await gateway.update("contact", [{ traceId: "t", id, properties }], bulk);
    const read = await gateway.read(
      "contact",
      [id],
      { properties: ["jobtitle"], history: ["jobtitle"] },
      bulk,
    );
    const entry = read.get(id)?.history?.["jobtitle"]?.[0];
    expect(entry?.value).toBe("Captain");
    expect(entry?.sourceType).toBe("INTEGRATION");
    expect(entry?.sourceId).toBe("500001");
  });
});

describe("search", () => {
  it("walks a window by id, page after page, also when all dates are equal", async () => {
    const portalId = await world().installed({ searchLagMs: 0 });
    await world().control("POST", `/portals/${portalId}/seed`, {
      contacts: 45,
    });
    const gateway = world().gateway(portalId);
    const ids: string[] = [];
    let afterId: string | null = null;
    do {
      const page = await gateway.searchChanged(
        "contact",
        {
          ...mail,
          from: new Date(0),
          to: new Date(Date.now() + 3_600_000),
          afterId,
          limit: 20,
        },
        bulk,
      );
      ids.push(...page.objects.map(({ id }) => id));
      afterId = page.lastId;
    } while (afterId !== null);
    expect(ids).toHaveLength(45);
    expect(ids).toEqual(ids.toSorted((a, b) => Number(BigInt(a) - BigInt(b))));
  });

  it("leaves out what lies outside the window", async () => {
    const portalId = await world().installed();
    await world().make(portalId, "companies", { name: "Now" });
    const past = await world()
      .gateway(portalId)
      .searchChanged(
        "company",
        {
          properties: ["name"],
          from: new Date(0),
          to: new Date(1_000),
          afterId: null,
        },
        bulk,
      );
    expect(past.objects).toEqual([]);
    expect(past.lastId).toBeNull();
  });

  it("reads values by a second call when the properties do not fit the body", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "contacts", {
      email: "s@b.example",
    });
    const page = await world()
      .gateway(portalId)
      .searchChanged(
        "contact",
        {
          properties: [
            "email",
            ...Array.from({ length: 200 }, (_, n) => `no_such_property_${n}`),
          ],
          from: new Date(0),
          to: new Date(Date.now() + 3_600_000),
          afterId: null,
        },
        bulk,
      );
    expect(page.objects.map((object) => object.id)).toEqual([id]);
    expect(page.objects[0]?.properties["email"]).toBe("s@b.example");
  });

  it("7-A6 finds a company by an additional domain, among as many domains as a body holds", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "companies", {
      domain: "main.example",
      hs_additional_domains: "further.example;more.example",
    });
    const many = [
      ...Array.from({ length: 150 }, (_, n) => `${n}.ex`),
      ...Array.from({ length: 150 }, (_, n) => `company-${n}.ex`),
      ...Array.from({ length: 150 }, (_, n) => `no-such-long-name-${n}.ex`),
      ...Array.from({ length: 5 }, (_, n) => `${'"'.repeat(240)}${n}.ex`),
    ];
    const found = await world()
      .gateway(portalId)
      .searchByIdentity("company", [...many, "More.example"], [], bulk);
    expect(found).toMatchObject([
      {
        id,
        properties: { hs_additional_domains: "further.example;more.example" },
      },
    ]);
  });

  it("7-A5 finds a company whose domain was stored with www.", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "companies", {
      domain: "WWW.Main.example",
    });
    const found = await world()
      .gateway(portalId)
      .searchByIdentity("company", ["main.example"], [], bulk);
    expect(found).toMatchObject([{ id }]);
  });

  it("7-A6 finds companies by their main domain where HubSpot refuses to search the additional ones", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "companies", {
      domain: "main.example",
    });
    const found = await world().withFaults(
      portalId,
      [{ path: "*/search", status: 400, times: 1 }],
      () =>
        world()
          .gateway(portalId)
          .searchByIdentity("company", ["main.example"], [], bulk),
    );
    expect(found).toMatchObject([{ id }]);
  });

  it("finds every company of a domain", async () => {
    const portalId = await world().installed();
    const domain = "acme.example";
    const twins = [
      await world().make(portalId, "companies", { name: "A", domain }),
      await world().make(portalId, "companies", { name: "B", domain }),
    ];
    await world().make(portalId, "companies", { domain: "other.example" });
    const gateway = world().gateway(portalId);
    const many = Array.from({ length: 120 }, (_, n) => `no-${n}.example`);
    const found = await gateway.searchByIdentity(
      "company",
      [...many, "ACME.example "],
      ["name"],
      bulk,
    );
    expect(found.map(({ id }) => id).toSorted()).toEqual(twins.toSorted());
  });
});
