import { beforeAll, expect, test } from "vitest";
import { pageAnswer } from "../../hubspot-project/src/app/settings/page-answer.ts";
import { card } from "../acceptance/card.ts";
import type { World } from "../acceptance/world.ts";
import { settingsShowing } from "../hubspot-project/settings-on-a-page.tsx";
import { installActive, useTicketWorld } from "./ticket-world.ts";

const at = useTicketWorld();

let world: World;
beforeAll(async () => {
  ({ world } = at);
  await installActive(world);
}, 60_000);

test("the settings page has a tab for a type that it was never told of, with the type's own switch, parents, and fields", async () => {
  const page = pageAnswer.parse(await card(world, "GET", "/settings/page", {}));
  expect(page.types.map(({ type }) => type)).toContain("ticket");
  const properties = await card(world, "GET", "/settings/properties", {
    objectType: "ticket",
  });
  const open = await settingsShowing({ ...page, canChange: true });
  open.tab("ticket");
  await open.says("New tickets from HubSpot");
  expect(open.words()).toContain("Its contact");
  expect(open.words()).toContain("Exclude tickets without a company");
  expect(open.props("enabled")).toMatchObject({
    label: "Sync tickets",
    checked: false,
  });
  open.trigger("enabled", "onChange", true);
  await open.says("1 change isn't saved");
  const forecast = await open.asked();
  expect(forecast.url.pathname).toBe("/ui/installation/first-pull/tickets");
  forecast.answer({ sentence: "HubSpot has 3 tickets." });
  open.trigger("confirm-save", "onOpen");
  expect((await open.asked()).body).toMatchObject({
    settings: { ticket: { enabled: true } },
  });
  open.tab("ticket", "mapping");
  (await open.asked()).answer(properties);
  (await open.asked()).answer(
    await card(world, "GET", "/settings/fields", { objectType: "ticket" }),
  );
  await open.says("Ticket name");
  // It has no field that tells records apart, so every mapping can be removed.
  open.click("edit-subject-open");
  await open.partSays("edit-subject", "Remove mapping");
});
