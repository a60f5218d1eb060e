import { AssociationTypes } from "@hubspot/api-client";
import { describe, expect, it } from "vitest";
import {
  allScopes,
  openPortal,
  useSandbox,
  type Json,
} from "./portal-client.ts";

const sandbox = useSandbox();

/** As HubSpot's own package names the types' ends. */
const ends: Readonly<Record<string, string>> = {
  contacts: "contact",
  companies: "company",
  deals: "deal",
  tickets: "ticket",
  communications: "communication",
  tasks: "task",
  notes: "note",
  meetings: "meeting",
  calls: "call",
  emails: "email",
};

const upper = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

describe("HubSpot's association types", () => {
  it("have the numbers of HubSpot's own package", async () => {
    const { call } = openPortal(sandbox(), {}, [...allScopes, "tickets"]);
    const named: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const [from, one] of Object.entries(ends))
      for (const [to, other] of Object.entries(ends)) {
        const { body } = await call(
          "GET",
          `/crm/associations/2026-09/${from}/${to}/labels`,
        );
        const pair = `${one}To${upper(other)}`;
        const primary = `primary${upper(pair)}`;
        for (const { typeId, label } of body["results"] as Json[]) {
          if (label !== undefined && label !== "Primary") continue;
          const name = label === undefined ? pair : primary;
          named[name] = typeId;
          expected[name] =
            AssociationTypes[name as keyof typeof AssociationTypes];
        }
      }
    expect(named).toEqual(expected);
    expect(Object.keys(named)).toHaveLength(70);
    const { body } = await call(
      "GET",
      "/crm/associations/2026-09/companies/companies/labels",
    );
    expect(body["results"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          typeId: AssociationTypes.parentToChildCompany,
        }),
        expect.objectContaining({
          typeId: AssociationTypes.childToParentCompany,
        }),
      ]),
    );
  });
});
