import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import type { Scene } from "../parts/scene.ts";
import { until } from "../until.ts";

const CONTACTS = 2_000;
const COMPANIES = 500;
/** All of them: the window of the changed pull overlaps the last one, so that what was just made is looked at again. */
const CHANGED = CONTACTS;
const CREATED = 2_000;

/** How many calls HubSpot sees for 1,000 records: full pull, changed pull, push of changed and of new ones. */
export async function calls(ground: Ground): Promise<Result> {
  return inScene(ground, {}, async (scene) => {
    const { portalId } = scene;
    await scene.control("PUT", "/faults", {
      portalId,
      webhooks: { lose: true },
    });
    await scene.inHubSpot("POST", "/seed", {
      contacts: CONTACTS,
      companies: COMPANIES,
      deals: 0,
      seed: 1,
    });
    const notes: string[] = [];
    const counted = async (
      name: string,
      records: number,
      work: () => Promise<void>,
    ) => {
      await scene.forgetCalls();
      await work();
      const rows = [...(await scene.calls())];
      const all = rows.reduce((sum, [, count]) => sum + count, 0);
      notes.push(
        `${name}, ${records} records: ${rows.map(([call, count]) => `${count} x ${call}`).join(", ")}`,
      );
      return figure(name, (all * 1_000) / records, "calls per 1,000 records");
    };

    const full = await counted("calls_full_pull", CONTACTS + COMPANIES, () =>
      scene.pulled(),
    );
    const contacts = await objectIds(scene, CHANGED);
    for (const id of contacts)
      await scene.inHubSpot("PATCH", `/objects/contacts/${id}`, {
        properties: { jobtitle: `Pilot ${id}` },
      });
    const changed = await counted("calls_changed_pull", CHANGED, async () => {
      await scene.run("pull", { objectType: "contact", changed: true });
      await expectCount(
        scene,
        "properties ->> 'job_title' like 'Pilot %'",
        CHANGED,
      );
    });
    const pushed = await counted("calls_push_changed", CHANGED, async () => {
      await scene.asProduct(`
        update workspace.contacts set job_title = 'Chief ' || hubspot_id
        where id in (select id from workspace.contacts order by id limit ${CHANGED})`);
      await scene.quiet();
    });
    const fresh = await counted("calls_push_new", CREATED, async () => {
      await scene.asProduct(`
        with company as (
          select id, row_number() over (order by id) as n from workspace.companies limit 200
        )
        insert into workspace.contacts (email, first_name, last_name, company_id)
        select 'new' || n || '@bench.example', 'New', 'Contact ' || n,
          (select id from company where company.n = 1 + contact.n % 200)
        from generate_series(1, ${CREATED}) as contact(n)`);
      await scene.quiet();
    });
    await until("new contacts are in HubSpot", async () => {
      const links = await scene.one<string>(
        "select count(*) from link where state = 'live'",
      );
      return Number(links) === CONTACTS + COMPANIES + CREATED;
    });
    return { figures: [full, changed, pushed, fresh], notes };
  });
}

async function objectIds(scene: Scene, count: number): Promise<string[]> {
  const { rows } = await scene.sql.query<{ object_id: string }>(
    "select object_id from link where object_type = 'contact' order by object_id limit $1",
    [count],
  );
  return rows.map((row) => row.object_id);
}

async function expectCount(
  scene: Scene,
  condition: string,
  wanted: number,
): Promise<void> {
  const found = Number(
    await scene.one<string>(`select count(*) from record where ${condition}`),
  );
  if (found !== wanted)
    throw new Error(`${found} records where ${wanted} were expected.`);
}
