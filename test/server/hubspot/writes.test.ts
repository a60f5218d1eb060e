import { describe, expect, it } from "vitest";
import type { WriteOutcome } from "../../../server/hubspot/gateway.ts";
import { bulk, useWorld } from "./world.ts";

const world = useWorld();

const profiles = [{ profile: "documented" }, { profile: "observed" }];

/** Outcomes by trace id: their order says nothing. */
function byTraceId(
  outcomes: readonly WriteOutcome[],
): Map<string, WriteOutcome> {
  return new Map(outcomes.map((outcome) => [outcome.traceId, outcome]));
}

function errorOf(outcome: WriteOutcome | undefined) {
  if (outcome?.kind !== "error") throw new Error(`it is ${outcome?.kind}`);
  return outcome.error;
}

function objectOf(outcome: WriteOutcome | undefined) {
  if (outcome?.kind !== "result") throw new Error(`it is ${outcome?.kind}`);
  return outcome.object;
}

/** A portal with the property that makes creations repeatable. */
async function portalWithRecordId(options: object): Promise<number> {
  const portalId = await world().installed({ ...options });
  const gateway = world().gateway(portalId);
  for (const type of ["contact", "company"] as const) {
    await gateway.createProperty(
      type,
      {
        name: "counterpart_record_id",
        label: "Counterpart record id",
        type: "string",
        fieldType: "text",
        groupName: `${type}information`,
        description: "",
        hasUniqueValue: true,
      },
      bulk,
    );
  }
  return portalId;
}

describe("update", () => {
  it.each(profiles)(
    "writes a hundred in one call ($profile)",
    async (options) => {
      const portalId = await world().installed(options);
      const ids: string[] = [];
      for (let n = 0; n < 100; n++) {
        ids.push(await world().make(portalId, "companies", { name: `c${n}` }));
      }
      const outcomes = byTraceId(
        await world()
          .gateway(portalId)
          .update(
            "company",
            ids.map((id) => ({
              traceId: `t${id}`,
              id,
              properties: { city: id },
            })),
            bulk,
          ),
      );
      for (const id of ids) {
        expect(objectOf(outcomes.get(`t${id}`)).id).toBe(id);
        expect(objectOf(outcomes.get(`t${id}`)).properties["city"]).toBe(id);
      }
      expect(await world().counted(portalId, "/batch/update")).toEqual({
        200: 1,
      });
    },
  );

  it.each(profiles)(
    "refuses the one bad value and carries the others over ($profile)",
    async (options) => {
      const portalId = await world().installed(options);
      const inputs = [];
      for (let n = 0; n < 8; n++) {
        const email = `person${n}@b.example`;
        const id = await world().make(portalId, "contacts", { email });
        const properties: Record<string, string> =
          n === 5
            ? { lifecyclestage: "no such stage" }
            : { jobtitle: `job ${n}` };
        inputs.push({ traceId: `t${n}`, id, properties });
      }
      const outcomes = byTraceId(
        await world().gateway(portalId).update("contact", inputs, bulk),
      );
      const error = errorOf(outcomes.get("t5"));
      expect(error.code).toBe("invalid-property");
      expect(error.properties[0]).toMatchObject({
        name: "lifecyclestage",
        code: "INVALID_OPTION",
      });
      expect(error.correlationId ?? "").not.toBe("");
      for (const n of [0, 1, 2, 3, 4, 6, 7]) {
        expect(outcomes.get(`t${n}`)?.kind).toBe("result");
      }
      const truth = await world().truth(portalId, "contacts");
      for (const { id, properties } of inputs) {
        if (properties["jobtitle"] === undefined) continue;
        expect(truth.get(id)?.["jobtitle"]).toBe(properties["jobtitle"]);
      }
    },
  );

  it("parks everything that carries a property which is not there, and asks no more than once again", async () => {
    const portalId = await world().installed({ profile: "observed" });
    const inputs = [];
    for (let n = 0; n < 10; n++) {
      const id = await world().make(portalId, "companies", { name: `n${n}` });
      const properties: Record<string, string> =
        n < 4 ? { no_such_property: "x" } : { city: "Rome" };
      inputs.push({ traceId: `t${n}`, id, properties });
    }
    const outcomes = byTraceId(
      await world().gateway(portalId).update("company", inputs, bulk),
    );
    expect(
      [...outcomes.values()].filter(({ kind }) => kind === "error"),
    ).toHaveLength(4);
    expect(errorOf(outcomes.get("t0")).properties[0]?.name).toBe(
      "no_such_property",
    );
    const counted = await world().counted(portalId, "/batch/update");
    expect(counted).toEqual({ 200: 1, 400: 1 });
  });

  it.each(profiles)(
    "names the object that already has that value ($profile)",
    async (options) => {
      const portalId = await world().installed(options);
      const holder = await world().make(portalId, "contacts", {
        email: "taken@b.example",
      });
      const id = await world().make(portalId, "contacts", {
        email: "wants@b.example",
      });
      const other = await world().make(portalId, "contacts", {
        email: "other@b.example",
      });
      const outcomes = byTraceId(
        await world()
          .gateway(portalId)
          .update(
            "contact",
            [
              { traceId: "a", id, properties: { email: "taken@b.example" } },
              { traceId: "b", id: other, properties: { jobtitle: "x" } },
            ],
            bulk,
          ),
      );
      const error = errorOf(outcomes.get("a"));
      expect(error.code).toBe("conflict");
      expect(error.existingId).toBe(holder);
      expect(error.properties.map(({ name }) => name)).toEqual(["email"]);
      expect(outcomes.get("b")?.kind).toBe("result");
    },
  );

  it.each([
    { batchUpdateOmitsMergedIds: true, kinds: ["unknown"] },
    { batchUpdateOmitsMergedIds: false, kinds: ["error"] },
  ])(
    "never takes an input for done that the answer leaves out ($batchUpdateOmitsMergedIds)",
    async ({ batchUpdateOmitsMergedIds, kinds }) => {
      const portalId = await world().installed({ batchUpdateOmitsMergedIds });
      const made = [];
      for (const name of ["a", "b", "c"]) {
        made.push(await world().make(portalId, "companies", { name }));
      }
      const [primary = "", loser = "", other = ""] = made;
      await world().control(
        "POST",
        `/portals/${portalId}/objects/companies/merge`,
        { primaryObjectId: primary, objectIdToMerge: loser },
      );
      const outcomes = byTraceId(
        await world()
          .gateway(portalId)
          .update(
            "company",
            [
              { traceId: "gone", id: loser, properties: { city: "Oslo" } },
              { traceId: "there", id: other, properties: { city: "Oslo" } },
            ],
            bulk,
          ),
      );
      expect(kinds).toContain(outcomes.get("gone")?.kind);
      expect(objectOf(outcomes.get("there")).id).toBe(other);
    },
  );
});

describe("create and upsert", () => {
  it.each(profiles)(
    "creates by our record id once, however often it is sent ($profile)",
    async (options) => {
      const portalId = await portalWithRecordId(options);
      const gateway = world().gateway(portalId);
      const inputs = Array.from({ length: 30 }, (_, n) => ({
        traceId: `t${n}`,
        idProperty: "counterpart_record_id",
        id: `record-${n}`,
        properties: { name: `Company ${n}` },
      }));
      const first = byTraceId(await gateway.upsert("company", inputs, bulk));
      const again = byTraceId(await gateway.upsert("company", inputs, bulk));
      for (const { traceId } of inputs) {
        expect(first.get(traceId)).toMatchObject({ created: true });
        expect(again.get(traceId)).toMatchObject({ created: false });
        expect(objectOf(again.get(traceId)).id).toBe(
          objectOf(first.get(traceId)).id,
        );
      }
      expect((await world().truth(portalId, "companies")).size).toBe(30);
    },
  );

  it.each(profiles)(
    "names the contact whose email a creation would take ($profile)",
    async (options) => {
      const portalId = await portalWithRecordId(options);
      const holder = await world().make(portalId, "contacts", {
        email: "first@b.example",
      });
      const gateway = world().gateway(portalId);
      const upserts = byTraceId(
        await gateway.upsert(
          "contact",
          ["first", "second", "third"].map((name) => ({
            traceId: name,
            idProperty: "counterpart_record_id",
            id: `id-${name}`,
            properties: { email: `${name}@b.example` },
          })),
          bulk,
        ),
      );
      expect(errorOf(upserts.get("first"))).toMatchObject({
        code: "conflict",
        existingId: holder,
      });
      expect(upserts.get("second")?.kind).toBe("result");
      expect(upserts.get("third")?.kind).toBe("result");

      const creates = byTraceId(
        await gateway.create(
          "contact",
          [
            { traceId: "x", properties: { email: "First@b.example" } },
            { traceId: "y", properties: { email: "Fresh@b.example" } },
          ],
          bulk,
        ),
      );
      expect(errorOf(creates.get("x"))).toMatchObject({
        code: "conflict",
        existingId: holder,
      });
      expect(creates.get("y")).toMatchObject({ created: true });
      expect(objectOf(creates.get("y")).properties["email"]).toBe(
        "fresh@b.example",
      );
    },
  );
});

describe("archive", () => {
  it("counts what is not there as archived", async () => {
    const portalId = await world().installed();
    const id = await world().make(portalId, "companies", { name: "x" });
    const outcomes = await world()
      .gateway(portalId)
      .archive("company", [id, "888888888888"], bulk);
    expect(outcomes).toContainEqual({ id, kind: "result" });
    expect(outcomes).toContainEqual({ id: "888888888888", kind: "result" });
    expect((await world().truth(portalId, "companies")).size).toBe(0);
  });
});
