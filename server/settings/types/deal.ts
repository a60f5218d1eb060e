import type { ObjectTypeDescriptor } from "./descriptor.ts";

/** Deals: an optional type without an identity, which belongs to contacts and to companies. */
export const deal = {
  names: {
    singular: "deal",
    plural: "deals",
    route: "deals",
    label: { singular: "Deal", plural: "Deals" },
  },
  hubspot: {
    typeId: "0-3",
    path: "deals",
    eventName: "DEAL",
    modifiedProperty: "hs_lastmodifieddate",
    propertyGroup: "dealinformation",
    pipelines: { pipeline: "pipeline", stage: "dealstage" },
    scopes: {
      read: "crm.objects.deals.read",
      write: "crm.objects.deals.write",
      readDefinitions: "crm.schemas.deals.read",
      writeDefinitions: "crm.schemas.deals.write",
    },
    required: false,
  },
  identity: null,
  fields: {
    name: {
      kind: "text",
      label: "Deal name",
      mapping: { property: "dealname" },
    },
    amount: {
      kind: "number",
      label: "Amount",
      mapping: { property: "amount", conversion: "number" },
    },
    currency: {
      kind: "text",
      label: "Currency",
      mapping: { property: "deal_currency_code" },
    },
    pipeline: {
      kind: "text",
      label: "Pipeline",
      mapping: { property: "pipeline" },
    },
    stage: {
      kind: "text",
      label: "Deal stage",
      mapping: { property: "dealstage" },
    },
    // HubSpot keeps a time: its day in the account's time zone is the date (values/date-in-zone.ts).
    close_date: {
      kind: "date",
      label: "Close date",
      mapping: { property: "closedate", conversion: "date" },
    },
    owner_email: {
      kind: "text",
      label: "Deal owner",
      mapping: { property: "hubspot_owner_id", conversion: "owner" },
    },
  },
  // A stage belongs to one pipeline.
  together: [["pipeline", "stage"]],
  namedBy: [["name"]],
  // HubSpot is the source of truth for deals (AP-037).
  policy: "hubspot",
  flows: {
    pull: true,
    push: true,
    sweep: true,
    merge: true,
    restore: true,
    delete: true,
    erase: false,
  },
  creation: {
    waitsForFirstPull: true,
    needs: [
      {
        anyOf: ["dealname"],
        code: "no_deal_name",
        reason: "HubSpot needs a deal name.",
      },
      {
        anyOf: ["pipeline"],
        code: "no_pipeline",
        reason: "HubSpot needs a pipeline.",
      },
      {
        anyOf: ["dealstage"],
        code: "no_deal_stage",
        reason: "HubSpot needs a deal stage.",
      },
    ],
  },
} as const satisfies ObjectTypeDescriptor;
