import { expect, test } from "vitest";
import type { SyncView } from "../../hubspot-project/src/app/cards/sync-view.ts";
import { cardShowing } from "./card-on-a-page.tsx";
import { view } from "./sample-views.ts";

const check = (
  name: SyncView["checks"][number]["check"],
  some: Partial<SyncView["checks"][number]> = {},
): SyncView["checks"][number] => ({
  check: name,
  label: `About ${name}`,
  passed: true,
  code: "ok",
  reason: "It's fine.",
  remedy: null,
  press: null,
  ...some,
});

const checks = [
  check("criteria", {
    passed: false,
    code: "not_in_scope",
    reason: "Excluded by stage.",
    remedy: "To pull it in spite of the rules, click Pull.",
    press: "pull",
  }),
  check("exists"),
  check("enabled", { passed: null, reason: "This isn't known." }),
  check("error"),
];

test("AP-115 X-03 a card whose object isn't synced answers the four checks in their order, with what helps", async () => {
  const card = await cardShowing(
    view({ status: "not_synced", record: null, checks }),
  );
  const said = card.part("checks") ?? "";
  const places = ["criteria", "exists", "enabled", "error"].map((name) =>
    said.indexOf(`About ${name}`),
  );
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(card.part("check-criteria")).toContain("No |");
  expect(card.part("check-criteria")).toContain(
    "Excluded by stage. To pull it in spite of the rules, click Pull.",
  );
  expect(card.part("check-exists")).not.toContain("No |");
  expect(card.part("check-enabled")).toContain("Not known");
});

test("AP-115 a linked object, or one that nothing stops, needs no such answers", async () => {
  const linked = await cardShowing(view({ checks }));
  expect(linked.part("checks")).toBeNull();
  const fine = await cardShowing(
    view({
      record: null,
      checks: checks.map((one) => ({ ...one, passed: true })),
    }),
  );
  expect(fine.part("checks")).toBeNull();
});
