import { describe, expect, it } from "vitest";
import type { PropertyChangeEvent } from "../../sandbox/crm/events.ts";
import { resolveProject } from "../../sandbox/project.ts";
import { Subscriptions } from "../../sandbox/webhooks/subscriptions.ts";

const manifest = {
  config: { auth: { redirectUrls: ["https://x.example"], requiredScopes: [] } },
};

function project(properties: readonly string[]) {
  const crmObjects = properties.map((propertyName) => ({
    subscriptionType: "object.propertyChange",
    objectType: "email",
    propertyName,
  }));
  const webhooks = {
    config: {
      settings: { targetUrl: "${API_ORIGIN}/hooks" },
      subscriptions: { crmObjects },
    },
  };
  return resolveProject({ manifest, webhooks }, "https://x.example");
}

const changeOf = (propertyName: string): PropertyChangeEvent => ({
  kind: "propertyChange",
  objectTypeId: "0-49",
  objectId: "1",
  occurredAt: 1,
  changeSource: "CRM_UI",
  sourceId: "userId:1",
  propertyName,
  propertyValue: "x",
});

describe("subscriptions", () => {
  it("fire for a property of emails, but for neither subject nor HTML", () => {
    const names = ["hs_email_text", "hs_email_subject", "hs_email_html"];
    const subscriptions = new Subscriptions(project(names).webhooks);
    expect(
      names.map((name) => subscriptions.of(changeOf(name)).length),
    ).toEqual([1, 0, 0]);
  });

  it("are a thousand at most for an app", () => {
    const names = Array.from({ length: 1001 }, (_, n) => `p${n}`);
    expect(() => project(names.slice(1))).not.toThrow();
    expect(() => project(names)).toThrow(/maximum number allowed/);
  });
});
