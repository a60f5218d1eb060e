import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import { noFence } from "../../../server/database/fence.ts";
import type { Fence } from "../../../server/database/fence.ts";
import { automatic } from "../../../server/sync/decide/triggers.ts";
import { runPassHalving } from "../../../server/sync/pass/pass-halving.ts";
import { useSyncWorld } from "./sweep-world.ts";
import type { SyncWorld } from "./sweep-world.ts";

/** What HubSpot answered is stored, whatever becomes of the work with it (issue 7-A13). */

const at = useSyncWorld();

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const push = (
  { engine }: Pick<SyncWorld, "engine">,
  portalId: number,
  recordIds: readonly string[],
  fence: Fence = noFence,
): Promise<unknown> =>
  runPassHalving(engine, portalId, {
    objectType: "contact",
    recordIds,
    trigger: automatic("workspace"),
    account: { source: "product", by: "", runId: null },
    priority: "bulk",
    fence,
    edges: { kind: "if-moved" },
  }).catch((error: unknown) => error);

/** The attempts as they are stored. */
const attempts = (it: SyncWorld, portalId: number) =>
  it.query(
    portalId,
    sql`select answer ->> 'kind' as kind, claimed, settled_at is not null as settled from attempt`,
  );

async function records(
  it: SyncWorld,
  count: number,
): Promise<{ portalId: number; ids: string[] }> {
  const portalId = await it.world.installed();
  await it.pullAll(portalId);
  const rows = await it.query(
    portalId,
    sql<{ id: string }>`insert into record (portal_id, object_type, properties)
      select ${portalId}, 'contact', jsonb_build_object('first_name', 'Kept ' || n) from generate_series(1, ${count}) as n
      returning id`,
  );
  return { portalId, ids: rows.map(({ id }) => id) };
}

const objects = async (it: SyncWorld, portalId: number): Promise<unknown[]> => {
  const { results } = await it.world.control(
    "GET",
    `/portals/${portalId}/objects/contacts`,
  );
  return results as unknown[];
};

/** Fails the transaction that was to settle the answers, as it is about to commit. */
const failing = (statement: ReturnType<typeof sql>): Fence => {
  let commits = 0;
  return async (db) => {
    if (commits++ === 1) await statement.execute(db);
  };
};

test("a connection that is killed as the answers are committed loses none: the creation is linked at the next look", async () => {
  const it = at();
  const { portalId, ids } = await records(it, 1);
  const killed = failing(sql`select pg_terminate_backend(pg_backend_pid())`);
  expect(await push(it, portalId, ids, killed)).toBeInstanceOf(Error);
  expect(await attempts(it, portalId)).toEqual([
    { kind: "result", claimed: false, settled: false },
  ]);

  await push(it, portalId, ids);
  expect(
    await it.query(portalId, sql`select record_id, state from link`),
  ).toEqual([{ record_id: ids[0], state: "live" }]);
  expect(await attempts(it, portalId)).toEqual([
    { kind: "result", claimed: false, settled: true },
  ]);
  expect(await objects(it, portalId)).toHaveLength(1);
});

test("what a rule of the product's database refuses as the answers are committed is taken up again at once, by halves", async () => {
  const it = at();
  const { portalId, ids } = await records(it, 2);
  const refused = failing(sql`do $$ begin raise exception 'no'; end $$`);
  await push(it, portalId, ids, refused);
  const links = await it.query(
    portalId,
    sql<{ record_id: string; state: string }>`
      select record_id, state from link order by record_id`,
  );
  expect(links).toEqual(
    ids.toSorted().map((id) => ({ record_id: id, state: "live" })),
  );
  expect(await objects(it, portalId)).toHaveLength(2);
});

/** HubSpot's API behind a proxy that leaves a property out of what an update answers, and fails the reads after it. */
async function forgetful(
  it: SyncWorld,
  property: string,
): Promise<SyncWorld["engine"]> {
  let updated = false;
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? "";
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (updated && path.includes("/batch/read")) {
        response.writeHead(400, { "content-type": "application/json" });
        response.end('{"status":"error","message":"Not readable"}');
        return;
      }
      const answer = await fetch(`${it.world.sandbox.url}${path}`, {
        method: request.method ?? "GET",
        headers: {
          "content-type": "application/json",
          authorization: request.headers.authorization ?? "",
        },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      let text = await answer.text();
      if (path.includes("/batch/update")) {
        updated = true;
        text = text.replaceAll(new RegExp(`"${property}":"[^"]*",?`, "g"), "");
      }
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(text);
    })();
  });
  await new Promise<void>((listening) => server.listen(0, listening));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...it.engine,
    hubspot: it.world.room("unlimited", {
      apiUrl: `http://127.0.0.1:${port}`,
    }),
  };
}

test("a reading back that fails loses no answer: what was written is the base at the next look", async () => {
  const it = at();
  const portalId = await it.world.installed();
  await it.world.make(portalId, "contacts", {
    email: "back@read.example",
    jobtitle: "Engineer",
  });
  await it.pullAll(portalId);
  const [row] = await it.query(
    portalId,
    sql<{ id: string }>`
      update record set properties = properties || '{"job_title": "CTO"}', revision = revision + 1 returning id`,
  );
  const ids = [row?.id ?? ""];
  const engine = await forgetful(it, "jobtitle");
  expect(await push({ engine }, portalId, ids)).toBeInstanceOf(Error);
  expect(await attempts(it, portalId)).toEqual([
    { kind: "result", claimed: false, settled: false },
  ]);

  await push(it, portalId, ids);
  expect(await attempts(it, portalId)).toEqual([
    { kind: "result", claimed: false, settled: true },
  ]);
  expect(
    await it.query(
      portalId,
      sql`select base -> 'job_title' ->> 'h' as h from link`,
    ),
  ).toEqual([{ h: "CTO" }]);
  expect(
    await it.query(
      portalId,
      sql`select changes from journal where code = 'landed'`,
    ),
  ).toMatchObject([
    { changes: [{ field: "job_title", before: "Engineer", after: "CTO" }] },
  ]);
});
