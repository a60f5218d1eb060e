/**
 * JSON Schemas (2020-12) for the `config` of each component that the project has, by the name that HubSpot's parser
 * gives it. HubSpot's own are only to be had with an account; these hold what its documentation and templates say.
 */
const scopes = {
  type: "array",
  items: { type: "string", pattern: "^[a-z0-9_.-]+$" },
  uniqueItems: true,
};
const origins = {
  type: "array",
  items: { type: "string", pattern: "^https://[a-z0-9.-]+(:[0-9]+)?$" },
  uniqueItems: true,
};
const sentence = { type: "string", minLength: 1, maxLength: 8192 };
const https = { type: "string", format: "uri", pattern: "^https://" };

const application = {
  type: "object",
  additionalProperties: false,
  required: [
    "name",
    "description",
    "distribution",
    "auth",
    "permittedUrls",
    "support",
  ],
  properties: {
    name: { type: "string", maxLength: 200, pattern: "^\\S(.*\\S)?$" },
    description: sentence,
    distribution: { const: "marketplace" },
    auth: {
      type: "object",
      additionalProperties: false,
      required: ["type", "redirectUrls", "requiredScopes"],
      properties: {
        type: { const: "oauth" },
        redirectUrls: {
          type: "array",
          minItems: 1,
          items: https,
          uniqueItems: true,
        },
        requiredScopes: {
          ...scopes,
          minItems: 1,
          contains: { const: "oauth" },
        },
        optionalScopes: scopes,
        conditionallyRequiredScopes: scopes,
      },
    },
    permittedUrls: {
      type: "object",
      additionalProperties: false,
      required: ["fetch"],
      properties: { fetch: origins, iframe: origins, img: origins },
    },
    support: {
      type: "object",
      additionalProperties: false,
      properties: {
        supportEmail: { type: "string", format: "email" },
        documentationUrl: https,
        supportUrl: https,
        supportPhone: { type: "string", pattern: "^\\+[0-9]{6,15}$" },
      },
    },
  },
};

const card = {
  type: "object",
  additionalProperties: false,
  required: ["name", "location", "entrypoint", "objectTypes"],
  properties: {
    name: { type: "string", minLength: 1, maxLength: 200 },
    description: sentence,
    location: {
      enum: [
        "crm.record.tab",
        "crm.record.sidebar",
        "crm.preview",
        "helpdesk.sidebar",
      ],
    },
    entrypoint: { type: "string", pattern: "^/app/cards/[A-Za-z0-9-]+\\.tsx$" },
    objectTypes: {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { enum: ["contacts", "companies", "deals", "tickets"] },
    },
  },
};

const settings = {
  type: "object",
  additionalProperties: false,
  required: ["entrypoint"],
  properties: {
    entrypoint: {
      type: "string",
      pattern: "^/app/settings/[A-Za-z0-9-]+\\.tsx$",
    },
  },
};

const objectEvents = [
  "creation",
  "deletion",
  "merge",
  "restore",
  "associationChange",
].map((event) => `object.${event}`);
const subscription = (
  required: string[],
  properties: Record<string, unknown>,
) => ({
  type: "object",
  additionalProperties: false,
  required: ["subscriptionType", "active", ...required],
  properties: { active: { type: "boolean" }, ...properties },
});
const objectType = { enum: ["contact", "company", "deal"] };

const webhooks = {
  type: "object",
  additionalProperties: false,
  required: ["settings", "subscriptions"],
  properties: {
    settings: {
      type: "object",
      additionalProperties: false,
      required: ["targetUrl", "maxConcurrentRequests"],
      properties: {
        targetUrl: https,
        maxConcurrentRequests: { type: "integer", minimum: 1 },
      },
    },
    subscriptions: {
      type: "object",
      additionalProperties: false,
      properties: {
        crmObjects: {
          type: "array",
          maxItems: 1000,
          uniqueItems: true,
          items: {
            oneOf: [
              subscription(["objectType"], {
                subscriptionType: { enum: objectEvents },
                objectType,
              }),
              subscription(["objectType", "propertyName"], {
                subscriptionType: { const: "object.propertyChange" },
                objectType,
                propertyName: { type: "string", pattern: "^[a-z][a-z0-9_]*$" },
              }),
            ],
          },
        },
        legacyCrmObjects: { type: "array", maxItems: 0 },
        hubEvents: {
          type: "array",
          items: subscription([], {
            subscriptionType: { const: "contact.privacyDeletion" },
          }),
        },
      },
    },
  },
};

export const platformSchemas = {
  APPLICATION: application,
  CARD: card,
  SETTINGS: settings,
  WEBHOOKS: webhooks,
};
