import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { makeObject } from "./steps/objects.ts";
import { change, make } from "./steps/records.ts";
import { withhold } from "./steps/scopes.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { sync } from "./steps/runs.ts";
import { viewCard } from "./card.ts";
import { useWorld, World } from "./world.ts";

interface Check {
  readonly check: string;
  readonly label: string;
  readonly passed: boolean | null;
  readonly code: string;
  readonly reason: string;
  readonly remedy: string | null;
  readonly press: string | null;
}

/** What the API says of why a contact syncs, or why it doesn't. */
async function whyOf(world: World, id: string): Promise<Check[]> {
  const { status, body } = await world.api<{ checks: Check[] }>(
    "GET",
    `/contacts/${id}/sync`,
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return [...body.checks];
}

const passedOf = (checks: readonly Check[]) =>
  Object.fromEntries(checks.map(({ check, passed }) => [check, passed]));

const one = (checks: readonly Check[], name: string): Check => {
  const found = checks.find(({ check }) => check === name);
  if (found === undefined) throw new Error(`There is no check ${name}.`);
  return found;
};

const none = { stages: null, emailStatuses: null, customField: null };
const customersOnly = { ...none, stages: ["customer"] };

describe("an account that syncs", () => {
  const at = useWorld();
  beforeEach(() => choose(at.world));

  test("AP-115 X-03 the four checks come in their order, each passed or not, with its reason, and with the click that helps", async () => {
    const { world } = at;
    await choose(world, {
      automatic: byHandOnly,
      contact: { push: { conditions: customersOnly } },
    });
    const lead = await make(world, "contacts", {
      first_name: "Lea",
      stage: "lead",
    });
    const checks = await whyOf(world, lead.id);
    expect(
      checks.map(({ check, label, passed }) => [check, label, passed]),
    ).toEqual([
      ["criteria", "Meets the rules", false],
      ["exists", "New to HubSpot", true],
      ["enabled", "Push is on", false],
      ["error", "Free of errors", true],
    ]);
    expect(one(checks, "criteria")).toMatchObject({
      code: "stage_excluded",
      reason: "Excluded by stage. Stages that sync: customer.",
      press: "push",
      remedy:
        "To push it in spite of the rules, click Push. Or change the rules for new contacts in the settings.",
    });
    expect(one(checks, "enabled")).toMatchObject({
      code: "automatic_push_off",
      reason: "Automatic push is off.",
      press: "push",
    });
    // The click that is named does it.
    await sync(world, "push", "contacts", { ids: [lead.id] });
    expect(passedOf(await whyOf(world, lead.id))).toEqual({
      criteria: true,
      exists: true,
      enabled: false,
      error: true,
    });
    await choose(world);
    expect((await whyOf(world, lead.id)).every(({ passed }) => passed)).toBe(
      true,
    );
  });

  test("AP-115 an object that isn't pulled is explained on its card the same way", async () => {
    const { world } = at;
    await choose(world, {
      productName: "Orbit",
      contact: { pull: { conditions: customersOnly } },
    });
    const objectId = await makeObject(world, "contacts", {
      email: "why@why.example",
      lifecyclestage: "lead",
    });
    await calm(world);
    const view = await viewCard(world, "contacts", objectId);
    const checks = (view as unknown as { checks: Check[] }).checks;
    expect(checks.map(({ label, passed }) => [label, passed])).toEqual([
      ["Meets the rules", false],
      ["New to Orbit", true],
      ["Pull is on", true],
      ["Free of errors", true],
    ]);
    expect(checks[0]).toMatchObject({ code: "not_in_scope", press: "pull" });
  });

  test("AP-116 push that is turned off, a stage that is excluded, and a value that HubSpot rejects have their own texts", async () => {
    const { world } = at;
    await choose(world, { contact: { push: { conditions: customersOnly } } });
    const lead = await make(world, "contacts", {
      first_name: "Stage",
      stage: "lead",
    });
    await calm(world);
    expect(one(await whyOf(world, lead.id), "criteria").reason).toBe(
      "Excluded by stage. Stages that sync: customer.",
    );

    await choose(world, { contact: { push: { enabled: false } } });
    const off = one(await whyOf(world, lead.id), "enabled");
    expect(off).toMatchObject({
      code: "push_off",
      reason: "Pushing contacts is turned off in the sync settings.",
      remedy: "Turn on push in the sync settings.",
      press: null,
    });

    await choose(world);
    const bad = await make(world, "contacts", {
      email: "not-an-email",
      first_name: "Bad",
    });
    await calm(world);
    const rejected = one(await whyOf(world, bad.id), "error");
    expect(rejected.passed).toBe(false);
    expect(rejected.reason).toMatch(/^HubSpot rejected Email/);
    expect(rejected.press).toBe("retry");
  });

  test("AP-116 X-03 a permission that is missing, and a pause, have their own texts", async () => {
    const { world } = at;
    const waits = await make(world, "contacts", { first_name: "Waits" });
    await calm(world);
    await withhold(world, "crm.objects.contacts.write");
    try {
      const more = await make(world, "contacts", { first_name: "More" });
      await calm(world);
      expect(one(await whyOf(world, more.id), "enabled")).toMatchObject({
        code: "missing_scope",
        reason: "Counterpart doesn't have permission to write this in HubSpot.",
        remedy: "An admin can reconnect HubSpot and grant it.",
      });
    } finally {
      await withhold(world);
      await world.api("POST", "/installation/check-permissions");
    }
    await world.api("POST", "/installation/hold");
    try {
      const checks = await whyOf(world, waits.id);
      expect(one(checks, "enabled")).toMatchObject({
        passed: false,
        code: "held_by_admin",
        reason: "An admin paused sync. Nothing syncs until it's resumed.",
      });
      // HubSpot isn't read while sync is paused.
      expect(one(checks, "criteria")).toMatchObject({
        passed: null,
        code: "not_read",
      });
    } finally {
      await world.api("POST", "/installation/start");
    }
  });
});

test("AP-116 while the first pull runs, and once HubSpot is disconnected, the checks say so", async () => {
  const world = await World.take();
  try {
    await world.control("PUT", "/sandbox/faults", {
      path: "/crm/objects/2026-09/contacts",
      latencyMs: 3_000,
    });
    await world.install();
    await world.until(
      async () =>
        (await world.api("GET", "/installation")).body["state"] ===
        "first-pull",
      "the first pull runs",
    );
    const made = await make(world, "contacts", { first_name: "Early" });
    const running = one(await whyOf(world, made.id), "enabled");
    expect(running).toMatchObject({
      passed: false,
      code: "first_pull_running",
      reason:
        "The first pull from HubSpot is running. Push starts when it ends.",
    });
    await world.control("DELETE", "/sandbox/faults");
    await world.until(
      async () =>
        (await world.api("GET", "/installation")).body["state"] === "active",
      "active",
    );
    await calm(world);
    await world.inHubSpot("POST", "/tokens/expire", { refreshTokens: true });
    // The next call finds it out.
    await change(world, "contacts", made.id, { state: "Noticed" });
    await world.until(
      async () =>
        (await world.api("GET", "/installation")).body["state"] ===
        "disconnected",
      "disconnected",
    );
    expect(one(await whyOf(world, made.id), "enabled")).toMatchObject({
      passed: false,
      code: "disconnected",
      reason: "HubSpot isn't connected.",
      remedy: "An admin can reconnect HubSpot.",
    });
  } finally {
    await world.leave();
  }
});
