import { describe, expect, test } from "vitest";
import { journal } from "./steps/journal.ts";
import { owners } from "./steps/owners.ts";
import { records } from "./steps/records.ts";
import { actingAs, addUser } from "./steps/users.ts";
import { ServerProcess } from "./kill-process.ts";
import { letClaimsEnd, restart, useKillWorld } from "./kill-world.ts";

/** A page and a part of one. */
const COUNT = 130;

describe("a server that gives all records of an owner to another", () => {
  const at = useKillWorld();

  test.each([
    ["as the first page has its new owner", "decided"],
    ["before the last page is sent", "attempts-committed:2"],
    ["as HubSpot has the last page", "hubspot-answered:2"],
  ])(
    "BN-019 killed %s, ends the run in its next life, each record once and in the person's name",
    async (_when, moment) => {
      const { world, product, owner } = at;
      const [first, second] = await owners(world);
      const person = `assigns-${moment.replace(":", "-")}@kill.example`;
      const from = `left-${moment.replace(":", "-")}@kill.example`;
      await addUser(world, { email: person });
      // Nobody in HubSpot has this email, so that these records wait as problems and nothing else pushes them.
      await product.query(
        `insert into workspace.contacts (first_name, owner_email)
          select 'Owned', $1 from generate_series(1, ${COUNT}) n`,
        [from],
      );
      await world.settled(30_000);
      await world.server.stop();
      const server = await ServerProcess.start(world, { TEST_KILL_AT: moment });
      server.serve(world);
      const { body } = await world.api<{
        results: { objectType: string; records: number; runId: string }[];
      }>(
        "POST",
        "/owners/reassign",
        { from, to: second.email },
        actingAs(person),
      );
      const { runId = "", records: counted } =
        body.results.find(({ objectType }) => objectType === "contact") ?? {};
      expect(counted).toBe(COUNT);
      await server.killed();
      const { rows } = await owner.query<{ state: string }>(
        "select state from run where id = $1",
        [runId],
      );
      expect(rows).toEqual([{ state: "running" }]);

      await letClaimsEnd(at);
      await owner.query("update lane set next_at = now() where leased");
      await restart(at);
      await world.settled(30_000);
      const run = await world.api("GET", `/runs/${runId}`);
      expect(run.body).toMatchObject({
        state: "done",
        counts: { requested: COUNT, failed: 0 },
      });
      const theirs = (await records(world, "contacts")).filter(
        ({ properties }) => properties["owner_email"] === second.email,
      );
      expect(theirs).toHaveLength(COUNT);
      const there = new Map(
        (await world.truth("contacts")).map(({ id, properties }) => [
          id,
          properties["hubspot_owner_id"],
        ]),
      );
      expect(
        theirs.filter(
          ({ hubspotId }) => there.get(hubspotId ?? "") === second.id,
        ),
      ).toHaveLength(COUNT);
      const lines = (await journal(world, { runId })).map(
        ({ recordId, code, by }) => `${recordId} ${code} ${by}`,
      );
      const given = lines.filter((line) => line.includes("owner_reassigned"));
      expect(given).toHaveLength(COUNT);
      expect(new Set(given).size).toBe(COUNT);
      expect(lines.every((line) => line.endsWith(` ${person}`))).toBe(true);
      // Out of the way of the next one.
      await world.api("POST", "/owners/reassign", {
        from: second.email,
        to: first.email,
      });
      await world.settled(30_000);
    },
    120_000,
  );
});
