import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { card, press, viewCard } from "./card.ts";
import type { CardAnswer } from "./card.ts";
import { make, objectOf } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { expectAgreement, expectNothingLeft } from "./kill-agreement.ts";
import { ServerProcess } from "./kill-process.ts";
import { letClaimsEnd, restart, useKillWorld } from "./kill-world.ts";

/** A push from the card, with a company that HubSpot lacks: where the web process dies, and what is done by then. */
const deaths = [
  {
    moment: "attempts-committed",
    when: "before anything is sent",
    done: { companies: 0, title: "Before", edges: 0 },
  },
  {
    moment: "hubspot-answered",
    when: "as the company was created",
    done: { companies: 1, title: "Before", edges: 0 },
  },
  {
    moment: "hubspot-answered:2",
    when: "as the contact was changed",
    done: { companies: 1, title: "After", edges: 0 },
  },
  {
    moment: "between-creation-and-association",
    when: "before it is associated",
    done: { companies: 1, title: "After", edges: 0 },
  },
];

describe("a card's push in a web process beside a worker", () => {
  const at = useKillWorld();
  let contacts = 0;

  test.each(deaths)(
    "killed $when, HubSpot's repetition of the press ends it, once",
    async ({ moment, done }) => {
      const { world, product, owner } = at;
      const domain = `${moment.replace(":", "-")}.example`;
      await world.server.stop();
      await restart(at);
      await choose(world);
      const id = (
        await make(world, "contacts", {
          email: `one@${domain}`,
          job_title: "Before",
        })
      ).id;
      await world.settled();
      const objectId = await objectOf(world, "contacts", id);
      // So that nobody but the press moves anything.
      await choose(world, { automatic: { pull: true, push: false } });
      await world.server.stop();

      const worker = await world.another({ ROLE: "worker" });
      try {
        const web = await ServerProcess.start(world, {
          ROLE: "web",
          TEST_KILL_AT: moment,
        });
        web.serve(world);
        await product.query(
          `with company as (
             insert into workspace.companies (name, domain) values ($1, $1) returning id
           )
           update workspace.contacts set job_title = 'After', company_id = (select id from company) where id = $2`,
          [domain, id],
        );
        const request = {
          objectTypeId: "0-1",
          objectId,
          version: (await viewCard(world, "contacts", objectId)).version,
          requestId: randomUUID(),
        };
        await expect(
          card(world, "POST", "/card/push", request),
        ).rejects.toThrow();
        await web.killed();
        expect(await standing(domain, objectId)).toEqual(done);

        await letClaimsEnd(at);
        // A process that has been silent on a request for 30 seconds is taken for dead; here they pass at once.
        await owner.query(
          "update answered_request set created_at = now() - interval '31 seconds' where answer is null",
        );
        await restart(at, { ROLE: "web" });
        const answer = await card<CardAnswer>(
          world,
          "POST",
          "/card/push",
          request,
        );
        // What has arrived by then may be more than the card has shown: then the person presses again.
        expect(["done", "changed"]).toContain(answer.result);
        await world.settled();
        if (answer.result === "changed") {
          const again = await press(world, "push", "contacts", objectId);
          expect(again.result).toBe("done");
          await world.settled();
        }
        contacts += 1;
        expect((await viewCard(world, "contacts", objectId)).status).toBe(
          "in_sync",
        );
        expect(await standing(domain, objectId)).toEqual({
          companies: 1,
          title: "After",
          edges: 1,
        });
        await choose(world);
        await expectAgreement(at, { contacts, companies: contacts });
        await expectNothingLeft(at);
      } finally {
        await Promise.all([worker.stop(), world.server.stop()]);
      }
    },
    60_000,
  );

  const standing = async (
    domain: string,
    objectId: string,
  ): Promise<Record<string, unknown>> => {
    const companies = await at.world.truth("companies");
    const contact = (await at.world.truth("contacts")).find(
      (object) => object.id === objectId,
    );
    const edges = contact?.associations as unknown as readonly unknown[];
    return {
      companies: companies.filter(
        ({ properties }) => properties["domain"] === domain,
      ).length,
      title: contact?.properties["jobtitle"],
      edges: edges.length,
    };
  };
});
