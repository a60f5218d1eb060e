import { beforeAll, expect, test } from "vitest";
import type { Json, World } from "../acceptance/world.ts";
import { installActive, switchOn, useTicketWorld } from "./ticket-world.ts";

// A program that was written before a type existed saves settings that lack it.

const at = useTicketWorld();

let world: World;
beforeAll(async () => {
  ({ world } = at);
  await installActive(world);
}, 60_000);

interface Document {
  readonly version: number;
  readonly settings: Json;
}

const stored = async (): Promise<Document> =>
  (await world.api<Document & Json>("GET", "/settings")).body;

test("settings without an optional type keep what is stored of it, and name it in no difference", async () => {
  await switchOn(world, { deletionSync: true, requireContact: true });
  const { version, settings } = await stored();
  const { ticket, ...known } = settings;
  const sent = { version, settings: { ...known, productName: "Orbit" } };
  expect(await world.api("POST", "/settings/check", sent)).toMatchObject({
    status: 200,
    body: { errors: [], changes: [{ path: "productName" }] },
  });
  expect(await world.api("PUT", "/settings", sent)).toMatchObject({
    status: 200,
    body: { version: version + 1, settings: { ticket } },
  });
  expect((await stored()).settings).toEqual({
    ...settings,
    productName: "Orbit",
  });
  expect(
    (await world.api("GET", `/settings/versions/${version + 1}`)).body,
  ).toMatchObject({ changes: [{ path: "productName" }] });
});

test("settings without a type that every portal syncs are refused, and one that is sent is checked", async () => {
  const { version, settings } = await stored();
  const { contact: _left, ...others } = settings;
  expect(
    await world.api("PUT", "/settings", { version, settings: others }),
  ).toMatchObject({
    status: 400,
    body: { errors: [{ path: "settings.contact" }] },
  });
  const wrong = {
    ...settings,
    ticket: { ...(settings["ticket"] as Json), enabled: 1 },
  };
  expect(
    await world.api("PUT", "/settings", { version, settings: wrong }),
  ).toMatchObject({
    status: 400,
    body: { errors: [{ path: "settings.ticket.enabled" }] },
  });
});

test("X-15 a difference names every choice of an optional type", async () => {
  const { version, settings } = await stored();
  const saved = await world.api<Document & Json>("PUT", "/settings", {
    version,
    settings: {
      ...settings,
      ticket: {
        ...(settings["ticket"] as Json),
        enabled: false,
        contactWithTicket: "always",
      },
    },
  });
  expect(saved.status).toBe(200);
  expect(
    (await world.api("GET", `/settings/versions/${saved.body.version}`)).body,
  ).toMatchObject({
    changes: [
      {
        path: "ticket.enabled",
        before: true,
        after: false,
        sentence: "Tickets: sync is off.",
      },
      {
        path: "ticket.contactWithTicket",
        before: "if-missing",
        after: "always",
        sentence: "Tickets: pushing a ticket always pushes its contact.",
      },
    ],
  });
});
