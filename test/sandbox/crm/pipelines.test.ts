import { describe, expect, it } from "vitest";
import { openPortal, useSandbox, type Json } from "./portal-client.ts";

const sandbox = useSandbox();

describe("pipelines", () => {
  it("are deleted with deals in them, unless the call asks for a look", async () => {
    const { call } = openPortal(sandbox());
    const base = "/crm/pipelines/2026-09/deals";
    const made = await call("POST", base, {
      label: "Second",
      displayOrder: 1,
      stages: [
        { label: "New", displayOrder: 0, metadata: { probability: "0.1" } },
      ],
    });
    const [stage] = made.body["stages"] as { id: string }[];
    const pipeline = String(made.body["id"]);
    await call("POST", "/crm/objects/2026-09/deals", {
      properties: { dealname: "D", pipeline, dealstage: stage?.id },
    });
    const remove = (query: string) =>
      call("DELETE", `${base}/${pipeline}?${query}`);
    for (const name of [
      "validateReferencesBeforeDelete",
      "validateDealStageUsagesBeforeDelete",
    ])
      expect((await remove(`${name}=true`)).body["subCategory"]).toBe(
        "PipelineError.STAGE_ID_IN_USE",
      );
    expect((await remove("")).status).toBe(204);
    expect((await call("GET", `${base}/${pipeline}`)).status).toBe(404);
  });

  it("are replaced whole: stages that are named stay, others come, the rest go unless the call asks for a look at their deals", async () => {
    const { call } = openPortal(sandbox());
    const path = "/crm/pipelines/2026-09/deals/default";
    const before = (await call("GET", path)).body as Json & {
      stages: (Json & { id: string })[];
    };
    const kept = before.stages.find(({ id }) => id === "contractsent");
    await call("POST", "/crm/objects/2026-09/deals", {
      properties: {
        dealname: "D",
        pipeline: "default",
        dealstage: "qualifiedtobuy",
      },
    });
    const wanted = {
      label: "Ours",
      displayOrder: 3,
      stages: [
        {
          stageId: "contractsent",
          label: "Signed",
          displayOrder: 0,
          metadata: { probability: "0.7" },
        },
        { label: "Paid", displayOrder: 1, metadata: { probability: "1.0" } },
      ],
    };
    const refused = await call(
      "PUT",
      `${path}?validateDealStageUsagesBeforeDelete=true`,
      wanted,
    );
    expect(refused.body).toMatchObject({
      subCategory: "PipelineError.STAGE_ID_IN_USE",
      context: { stageIds: ["qualifiedtobuy"] },
    });
    expect((await call("GET", path)).body).toEqual(before);

    const replaced = await call("PUT", path, wanted);
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({
      id: "default",
      label: "Ours",
      displayOrder: 3,
      createdAt: before["createdAt"],
      stages: [
        {
          id: "contractsent",
          label: "Signed",
          displayOrder: 0,
          metadata: { probability: "0.7", isClosed: "false" },
          createdAt: kept?.["createdAt"],
        },
        {
          id: expect.stringMatching(/^\d+$/) as unknown,
          label: "Paid",
          displayOrder: 1,
          metadata: { probability: "1.0", isClosed: "true" },
        },
      ],
    });
    expect((await call("GET", path)).body).toEqual(replaced.body);
    expect((await call("GET", `${path}/stages/qualifiedtobuy`)).status).toBe(
      404,
    );
    const twice = { ...wanted, stages: [wanted.stages[0], wanted.stages[0]] };
    expect((await call("PUT", path, twice)).status).toBe(400);
    for (const lacking of ["label", "displayOrder", "stages"] as const) {
      const { [lacking]: _left, ...rest } = wanted;
      const answer = await call("PUT", path, rest);
      expect([answer.status, answer.body["message"]]).toEqual([
        400,
        `Some required fields were not set: [${lacking}]`,
      ]);
    }

    const stage = `${path}/stages/contractsent`;
    const input = {
      label: "Sent",
      displayOrder: 4,
      metadata: { probability: "0.8" },
    };
    expect((await call("PUT", stage, input)).body).toMatchObject({
      ...input,
      id: "contractsent",
      metadata: { probability: "0.8", isClosed: "false" },
    });
    expect((await call("PUT", stage, { label: "Sent" })).status).toBe(400);
  });

  it("keep a stage that deals are in", async () => {
    const { call } = openPortal(sandbox());
    const base = "/crm/pipelines/2026-09/deals/default/stages";
    const properties = {
      dealname: "D",
      pipeline: "default",
      dealstage: "contractsent",
    };
    const deal = await call("POST", "/crm/objects/2026-09/deals", {
      properties,
    });
    const refused = await call("DELETE", `${base}/contractsent`);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      subCategory: "PipelineError.STAGE_ID_IN_USE",
      context: { stageIds: ["contractsent"], objectIds: [deal.body["id"]] },
    });
    expect((await call("DELETE", `${base}/qualifiedtobuy`)).status).toBe(204);
    const moved = await call(
      "PATCH",
      `/crm/objects/2026-09/deals/${String(deal.body["id"])}`,
      {
        properties: { dealstage: "qualifiedtobuy" },
      },
    );
    expect(moved.status).toBe(400);
  });

  it("list their changes and those of their stages, newest first", async () => {
    const { call, portal } = openPortal(sandbox());
    const base = "/crm/pipelines/2026-09/deals";
    const made = await call("POST", base, {
      label: "Second",
      displayOrder: 1,
      stages: [
        { label: "New", displayOrder: 0, metadata: { probability: "0.1" } },
      ],
    });
    const one = `${base}/${String(made.body["id"])}`;
    const [stage] = made.body["stages"] as { id: string }[];
    await call("PATCH", one, { label: "Renamed" });
    await call("PATCH", `${one}/stages/${String(stage?.id)}`, { label: "Won" });
    const audit = async (path: string) =>
      (await call("GET", `${path}/audit`)).body["results"];
    expect(await audit(one)).toMatchObject([
      {
        action: "UPDATE",
        identifier: made.body["id"],
        portalId: portal.portalId,
        fromUserId: portal.users[0]?.userId,
        rawObject: { label: "Renamed" },
      },
      { action: "CREATE", rawObject: { label: "Second" } },
    ]);
    expect(await audit(`${one}/stages/${String(stage?.id)}`)).toMatchObject([
      { action: "UPDATE", rawObject: { label: "Won" } },
    ]);
    expect(await audit(`${base}/default`)).toEqual([]);
    expect((await call("GET", `${base}/none/audit`)).status).toBe(404);
  });
});
