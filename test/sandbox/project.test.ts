import { describe, expect, it } from "vitest";
import { AppIdentity } from "../../sandbox/app-identity.ts";
import { readProjectFiles, resolveProject } from "../../sandbox/project.ts";
import { Subscriptions } from "../../sandbox/webhooks/subscriptions.ts";

const event = {
  objectId: "1",
  occurredAt: 1,
  changeSource: "CRM_UI",
  sourceId: "userId:1",
} as const;

describe("the app's project files", () => {
  it("are read from this repository, the server's address filled in everywhere", async () => {
    const files = await readProjectFiles();
    const project = resolveProject(files, "https://sync.example.com");
    expect(project.manifest.config.auth.redirectUrls).toEqual([
      "https://sync.example.com/oauth/callback",
    ]);
    expect(project.webhooks.config.settings.targetUrl).toBe(
      "https://sync.example.com/webhooks/hubspot",
    );
    expect(JSON.stringify(project)).not.toContain("API_ORIGIN");
  });

  it("subscribe to merges, deletions and restores of contacts and companies, and to privacy deletions", async () => {
    const subscriptions = new Subscriptions(
      resolveProject(await readProjectFiles(), "https://x.example").webhooks,
    );
    for (const objectTypeId of ["0-1", "0-2"])
      for (const kind of ["creation", "deletion", "restore"] as const)
        expect(subscriptions.of({ ...event, kind, objectTypeId })).toHaveLength(
          1,
        );
    expect(
      subscriptions.of({
        ...event,
        kind: "privacyDeletion",
        objectTypeId: "0-1",
      }),
    ).toHaveLength(1);
    expect(
      subscriptions.of({
        ...event,
        kind: "privacyDeletion",
        objectTypeId: "0-2",
      }),
    ).toEqual([]);
    const change = {
      ...event,
      kind: "propertyChange",
      objectTypeId: "0-1",
      propertyValue: "x",
    } as const;
    expect(
      subscriptions.of({ ...change, propertyName: "firstname" }),
    ).toHaveLength(1);
    expect(
      subscriptions.of({ ...change, propertyName: "hs_analytics_source" }),
    ).toEqual([]);
  });

  it("are refused when they are not of that shape", () => {
    expect(() =>
      resolveProject(
        { manifest: { config: {} }, webhooks: {} },
        "https://x.example",
      ),
    ).toThrow("auth");
  });
});

describe("the app's identity", () => {
  it("follows the server's address, slash or no slash, and signs with the first secret", async () => {
    const app = new AppIdentity(
      { appId: 1, clientId: "c", clientSecrets: ["new", "old"] },
      await readProjectFiles(),
      "http://127.0.0.1:1/",
    );
    expect(app.project.webhooks.config.settings.targetUrl).toBe(
      "http://127.0.0.1:1/webhooks/hubspot",
    );
    app.setPublicUrl("http://127.0.0.1:2/");
    expect(app.publicUrl).toBe("http://127.0.0.1:2");
    expect(app.project.webhooks.config.settings.targetUrl).toBe(
      "http://127.0.0.1:2/webhooks/hubspot",
    );
    expect(app.signingSecret).toBe("new");
  });
});
