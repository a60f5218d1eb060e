import { beforeAll, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { journal } from "./steps/journal.ts";
import { makeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import { make, objectOf, record, records } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose, setSettings } from "./steps/settings.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { expectNothingLeft } from "./kill-agreement.ts";
import { ServerProcess } from "./kill-process.ts";
import { letClaimsEnd, restart, useKillWorld } from "./kill-world.ts";
import type { KillWorld } from "./kill-world.ts";

/** Runs a server that ends itself at a checkpoint of the engine, until it has. Webhooks go to it meanwhile. */
async function dieAt(at: KillWorld, moment: string): Promise<void> {
  await at.world.server.stop();
  const server = await ServerProcess.start(at.world, { TEST_KILL_AT: moment });
  server.serve(at.world);
  await server.killed();
}

async function liveLinks({ owner }: KillWorld): Promise<number> {
  const { rows } = await owner.query<{ n: string }>(
    "select count(*) as n from link where state = 'live'",
  );
  return Number(rows[0]?.n);
}

/** Every object has its link, and with everything pulled and pushed once more nothing is written. */
async function expectCalm(at: KillWorld): Promise<void> {
  await expectNothingLeft(at);
  expect(await liveLinks(at)).toBe(
    (await at.world.truth("contacts")).length +
      (await at.world.truth("companies")).length,
  );
}

/** @param thenFirst what happens before it's waited for that all is settled */
async function comeBack(
  at: KillWorld,
  thenFirst: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  await letClaimsEnd(at);
  // So do the three seconds of a dead worker's lease, which the random kills wait for.
  await at.owner.query("update lane set next_at = now() where leased");
  await restart(at);
  await thenFirst();
  await at.world.settled(10_000);
}

describe("a batch", () => {
  const at = useKillWorld({ portal: { profile: "observed" } });
  // HubSpot's own word would repair a thing or two; what was on record must do.
  const webhooks = (faults: object): Promise<unknown> =>
    at.world.control("PUT", "/sandbox/faults", { webhooks: faults });
  beforeAll(() => webhooks({ lose: true }));

  const objectsOf = async (name: Path, part: string): Promise<string[]> => {
    const truth = await at.world.truth(name);
    return truth
      .filter(({ properties }) => JSON.stringify(properties).includes(part))
      .map(({ id }) => id);
  };

  test("killed between HubSpot's answer and our commit, nothing is created twice", async () => {
    const { world, product } = at;
    const before = await liveLinks(at);
    await world.server.stop();
    // Some have no email: only the creation's own key can find them again.
    await product.query(`
      insert into workspace.contacts (email, first_name, last_name)
      select case when n % 2 = 0 then 'answered-' || n || '@kill.example' end, 'Answered', 'Number ' || n
      from generate_series(1, 6) n`);

    await dieAt(at, "hubspot-answered");
    expect(await objectsOf("contacts", "Answered")).toHaveLength(6);
    expect(await liveLinks(at)).toBe(before);

    await comeBack(at);
    const objects = await objectsOf("contacts", "Answered");
    expect(objects).toHaveLength(6);
    const here = (await records(world, "contacts")).filter(
      ({ properties }) => properties["first_name"] === "Answered",
    );
    expect(here).toHaveLength(6);
    expect(new Set(here.map(({ hubspotId }) => hubspotId))).toEqual(
      new Set(objects),
    );
    expect(new Set(here.map(({ sync }) => sync.status))).toEqual(
      new Set(["in_sync"]),
    );
  });

  test("X-10 killed after HubSpot refused a value of a creation and took the rest, the value stays, and what the product then writes into a blank does too", async () => {
    const { world, product, owner } = at;
    await webhooks({ paused: true });
    await world.server.stop();
    await product.query(`
      insert into workspace.contacts (email, first_name, stage)
      values ('refused@kill.example', 'Refused', 'no such stage'), ('blank@kill.example', 'Refused', null),
        ('refused at kill', 'Refused', 'customer')`);
    await dieAt(at, "hubspot-answered");
    expect(await objectsOf("contacts", "Refused")).toHaveLength(3);
    // HubSpot has put a stage of its own into two of them.
    await product.query(
      "update workspace.contacts set stage = 'customer' where email = 'blank@kill.example'",
    );
    // HubSpot's events are looked at before what the product has changed.
    await owner.query("update dirty set due_at = now() + interval '1 hour'");
    await comeBack(at, () => webhooks({ lose: 0 }));
    await owner.query("update dirty set due_at = now()");
    await world.settled(10_000);
    await webhooks({ lose: true });

    const objects = (await world.truth("contacts")).filter(
      ({ properties }) => properties["firstname"] === "Refused",
    );
    expect(objects).toHaveLength(3);
    const here = (await records(world, "contacts"))
      .filter(({ properties }) => properties["first_name"] === "Refused")
      .map(({ id, properties, hubspotId, sync }) => ({
        id,
        email: properties["email"],
        stage: properties["stage"],
        there: objects.find((object) => object.id === hubspotId)?.properties[
          "lifecyclestage"
        ],
        status: sync.status,
      }));
    const open = await attention(world);
    const outcomes = here.map(({ id, ...each }) => ({
      ...each,
      told: open.flatMap(({ recordId, field, code }) =>
        recordId === id ? [`${field ?? ""} ${code}`] : [],
      ),
    }));
    expect(
      outcomes.toSorted((one, other) =>
        String(one.email).localeCompare(String(other.email)),
      ),
    ).toEqual([
      {
        email: "blank@kill.example",
        stage: "customer",
        there: "customer",
        status: "in_sync",
        told: [],
      },
      {
        email: "refused at kill",
        stage: "customer",
        there: "customer",
        status: "problem",
        told: ["email invalid_email"],
      },
      {
        email: "refused@kill.example",
        stage: "no such stage",
        there: "lead",
        status: "problem",
        told: ["stage invalid_option"],
      },
    ]);
  });

  test("killed between HubSpot's answer to a change and our commit, what HubSpot's user then writes wins", async () => {
    const { world, product } = at;
    const id = (
      await make(world, "contacts", {
        email: "changed@kill.example",
        job_title: "First",
      })
    ).id;
    await world.settled();
    const objectId = await objectOf(world, "contacts", id);
    await world.server.stop();
    await product.query(
      "update workspace.contacts set job_title = 'Second' where id = $1",
      [id],
    );
    await dieAt(at, "hubspot-answered");
    expect(await title(objectId)).toBe("Second");

    await world.inHubSpot("PATCH", `/objects/contacts/${objectId}`, {
      properties: { jobtitle: "Third" },
    });
    await comeBack(at);
    expect(await title(objectId)).toBe("Third");
    expect((await record(world, "contacts", id)).properties).toMatchObject({
      job_title: "Third",
    });
  });

  const title = async (objectId: string): Promise<unknown> =>
    (await at.world.truth("contacts")).find(({ id }) => id === objectId)
      ?.properties["jobtitle"];

  test("7-A8 killed in the middle of a swap of emails, the blank on the way is nobody's change, and the swap goes through", async () => {
    const { world, product, owner } = at;
    const mappings = async (clear: boolean) => {
      const { body } = await world.api<{ settings: Settings }>(
        "GET",
        "/settings",
      );
      await setSettings(world, "contact", {
        mappings: body.settings.contact.mappings.map((mapping) =>
          mapping.field === "email" ? { ...mapping, clear } : mapping,
        ),
      });
    };
    await mappings(true);
    const ids: string[] = [];
    for (const name of ["left", "right"]) {
      const { id } = await make(world, "contacts", {
        email: `${name}@swap.example`,
        first_name: "Swap",
      });
      ids.push(id);
    }
    await world.settled();
    const objects = await Promise.all(
      ids.map((id) => objectOf(world, "contacts", id)),
    );
    const emails = async () => {
      const truth = await world.truth("contacts");
      return objects.map(
        (id) => truth.find((each) => each.id === id)?.properties["email"] ?? "",
      );
    };
    await world.server.stop();
    await product.query(
      `update workspace.contacts set email =
        case email when 'left@swap.example' then 'right@swap.example' else 'left@swap.example' end
        where id = any ($1)`,
      [ids],
    );
    await dieAt(at, "between-clearing-and-writing");
    const before = await emails();
    expect(before).toEqual(["", ""]);

    // HubSpot's blank is read before anything is written, half an hour later, and by a pull that would carry a blank.
    await owner.query(
      "update attempt set created_at = created_at - interval '30 minutes' where settled_at is null",
    );
    await owner.query(
      "update dirty set due_at = now() + interval '1 hour' where record_id = any ($1)",
      [ids],
    );
    await comeBack(at);
    await upkeepTurn(world);
    await sync(world, "pull", "contacts", { hubspotIds: objects });
    await owner.query("update dirty set due_at = now()");
    await world.settled(10_000);

    expect(await emails()).toEqual(["right@swap.example", "left@swap.example"]);
    for (const [index, id] of ids.entries())
      expect(await record(world, "contacts", id)).toMatchObject({
        properties: { email: (await emails())[index] },
        sync: { status: "in_sync" },
      });
    await mappings(false);
  });

  test("killed before anything was sent, it is sent once", async () => {
    const { world, product } = at;
    await world.server.stop();
    await product.query(`
      insert into workspace.contacts (first_name, last_name) values ('Unsent', 'One'), ('Unsent', 'Two')`);
    await dieAt(at, "attempts-committed");
    expect(await objectsOf("contacts", "Unsent")).toEqual([]);

    await comeBack(at);
    expect(await objectsOf("contacts", "Unsent")).toHaveLength(2);
  });

  test("killed in the middle of a push by hand, the run waits for the dead one's claims and counts each record once", async () => {
    const { world, product } = at;
    await choose(world, { automatic: { pull: true, push: false } });
    await product.query(`
      insert into workspace.contacts (first_name, last_name)
      select 'Byhand', 'Number ' || n from generate_series(1, 150) n`);
    const before = (await records(world, "contacts")).length;
    const server = await ServerProcess.start(world, {
      TEST_KILL_AT: "attempts-committed:2",
    });
    await world.server.stop();
    server.serve(world);
    const started = await world.api<{ runId: string }>("POST", "/sync/push", {
      objectType: "contact",
      all: true,
    });
    await server.killed();
    await at.owner.query("update lane set next_at = now() where leased");
    await restart(at);
    const run = async (): Promise<Record<string, unknown>> =>
      (await world.api("GET", `/runs/${started.body.runId}`)).body;
    // Once its lane has been taken twice since then, one turn of it has met the claims.
    const turns = await turnsOf("run");
    await world.until(
      async () => (await turnsOf("run")) >= turns + 2,
      "a turn of the run",
    );
    expect((await run())["state"]).toBe("running");

    await letClaimsEnd(at);
    await world.settled(10_000);
    expect(await run()).toMatchObject({
      state: "done",
      counts: { requested: before, skipped: 0, failed: 0 },
    });
    expect(await objectsOf("contacts", "Byhand")).toHaveLength(150);
    expect(await liveLinks(at)).toBe(
      (await world.truth("contacts")).length +
        (await world.truth("companies")).length,
    );
    await choose(world);
  });

  const turnsOf = async (kind: string): Promise<number> => {
    const { rows } = await at.owner.query<{ token: string }>(
      "select token from lane where kind = $1",
      [kind],
    );
    return Number(rows[0]?.token);
  };

  test("killed between creation and association, the company is associated, once", async () => {
    const { world, product } = at;
    await world.server.stop();
    await product.query(`
      with company as (
        insert into workspace.companies (name, domain) values ('Between', 'between.example') returning id
      )
      insert into workspace.contacts (email, company_id) select 'one@between.example', id from company`);
    await dieAt(at, "between-creation-and-association");
    const [objectId = ""] = await objectsOf("contacts", "one@between.example");
    expect(await companiesOf(objectId)).toEqual([]);

    await comeBack(at);
    expect(await objectsOf("contacts", "one@between.example")).toEqual([
      objectId,
    ]);
    const companies = await objectsOf("companies", "between.example");
    expect(companies).toHaveLength(1);
    expect(await companiesOf(objectId)).toEqual(companies);
  });

  const companiesOf = async (objectId: string): Promise<unknown[]> => {
    const object = (await at.world.truth("contacts")).find(
      ({ id }) => id === objectId,
    );
    const edges = object?.associations as unknown as { toId: string }[];
    return edges.map(({ toId }) => toId);
  };

  test("after all these deaths a second settling writes nothing", () =>
    expectCalm(at));
});

describe("a portal with no room for the property that makes creations repeatable", () => {
  const at = useKillWorld({ portal: { uniqueProperties: 0 } });

  test("killed between HubSpot's answer and our commit, emails are found again and the rest is not created blindly", async () => {
    const { world, product } = at;
    await world.control("PUT", "/sandbox/faults", { webhooks: { lose: true } });
    await world.server.stop();
    await product.query(`
      insert into workspace.contacts (email, first_name)
      values ('one@noroom.example', 'One'), ('two@noroom.example', 'Two'), (null, 'Mailless')`);
    await dieAt(at, "hubspot-answered");
    await comeBack(at);

    const objects = await world.truth("contacts");
    expect(objects).toHaveLength(3);
    const here = await records(world, "contacts");
    const objectOfRecord = new Map(
      here.map(({ properties, hubspotId }) => [
        properties["email"] ?? properties["first_name"],
        hubspotId,
      ]),
    );
    expect(Object.fromEntries(objectOfRecord)).toEqual({
      ...Object.fromEntries(
        objects.flatMap(({ id, properties }) =>
          properties["email"] === undefined ? [] : [[properties["email"], id]],
        ),
      ),
      Mailless: null,
    });
  });

  test("X-10 killed after HubSpot refused a value of a creation and took the rest, the object is known by the rest, and no second record is made", async () => {
    const { world, product } = at;
    const made = async () =>
      (await world.truth("contacts")).filter(
        ({ properties }) => properties["firstname"] === "Refused",
      );
    // Half of the delay passes after the write: the server dies before it's told of it.
    await world.control("PUT", "/sandbox/faults", [
      { path: "contacts/batch/create", latencyMs: 4_000 },
      { webhooks: { paused: true } },
    ]);
    await world.server.stop();
    const server = await ServerProcess.start(world);
    await product.query(
      "insert into workspace.contacts (first_name, email) values ('Refused', 'refused at noroom')",
    );
    await world.until(async () => (await made()).length > 0, "the object");
    await server.kill();
    await comeBack(at, () => world.control("PUT", "/sandbox/faults", []));

    const objects = await made();
    expect(objects).toHaveLength(1);
    expect(
      (await records(world, "contacts")).filter(
        ({ properties }) => properties["first_name"] === "Refused",
      ),
    ).toMatchObject([
      {
        properties: { email: "refused at noroom" },
        hubspotId: objects[0]?.id,
        sync: { status: "problem" },
      },
    ]);
  });
});

describe.each(profiles)("a merge, %s", (profile) => {
  const at = useKillWorld({ portal: { profile } });

  // In the transaction of the merge, and after it, before what only the loser held reaches HubSpot.
  test.each(["merge-decided", "attempts-committed"])(
    "killed during a merge, at %s, one record is left with what both held",
    async (moment) => {
      const { world, product } = at;
      await setSettings(world, "contact", { mergeSync: true });
      const emails = [`one@${moment}.example`, `two@${moment}.example`];
      const objects: string[] = [];
      // The oldest link survives, so one after the other.
      for (const email of emails) {
        objects.push(await makeObject(world, "contacts", { email }));
        await world.settled();
      }
      const here = (await records(world, "contacts")).filter(({ hubspotId }) =>
        objects.includes(hubspotId ?? ""),
      );
      const [survivor, loser] = objects.map(
        (id) => here.find(({ hubspotId }) => hubspotId === id)?.id ?? "",
      );

      await world.server.stop();
      await product.query(
        "update workspace.contacts set city = 'Lyon' where id = $1",
        [loser],
      );
      const merged = await world.inHubSpot<{ id: string }>(
        "POST",
        "/objects/contacts/merge",
        { primaryObjectId: objects[0], objectIdToMerge: objects[1] },
      );
      await dieAt(at, moment);
      await comeBack(at);

      const left = (await records(world, "contacts")).filter(({ properties }) =>
        emails.includes(String(properties["email"])),
      );
      expect(left.map(({ id, hubspotId }) => ({ id, hubspotId }))).toEqual([
        { id: survivor, hubspotId: merged.body.id },
      ]);
      expect((await record(world, "contacts", loser ?? "")).id).toBe(survivor);
      expect(left[0]?.properties["city"]).toBe("Lyon");
      const object = (await world.truth("contacts")).find(
        ({ id }) => id === merged.body.id,
      );
      expect(object?.properties["city"]).toBe("Lyon");
      const lines = await journal(world, { recordId: survivor ?? "" });
      expect(
        lines.filter(({ code }) => code === "merge_survivor"),
      ).toHaveLength(1);
    },
  );

  test("after these deaths a second settling writes nothing", () =>
    expectCalm(at));
});
