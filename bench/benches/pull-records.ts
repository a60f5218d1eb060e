import { figure } from "../figure.ts";
import type { Result } from "../figure.ts";
import { insertRate } from "../parts/bare-insert.ts";
import type { Ground } from "../parts/ground.ts";
import { inScene } from "../parts/scene.ts";
import { timed } from "../parts/shares.ts";
import { until } from "../until.ts";

const CONTACTS = 20_000;
const COMPANIES = 2_000;
const PAGE = 100;

/** The first pull of a portal from a sandbox without limits, against a bare insert of the rows that it wrote. */
export async function pullRecords(ground: Ground): Promise<Result> {
  return inScene(ground, {}, async (scene) => {
    await scene.inHubSpot("POST", "/seed", {
      contacts: CONTACTS,
      companies: COMPANIES,
      deals: 0,
      seed: 2,
    });
    const { note } = await timed(scene, async () => {
      await scene.install();
      await until(
        "the first pull has ended",
        async () =>
          (await scene.one<string>("select state from installation")) ===
          "active",
        { everyMs: 100 },
      );
    });
    const seconds = await scene.one<number>(`
      select extract(epoch from max(ended_at) - min(started_at))::float8
      from run where kind = 'pull' and mode = 'full'`);
    const records = Number(
      await scene.one<string>("select count(*) from record"),
    );
    if (records !== CONTACTS + COMPANIES)
      throw new Error(`${records} records were pulled.`);
    const limit = await insertRate(
      scene.sql,
      scene.databaseUrl,
      ["record", "link", "journal", "association_base"],
      { records, page: PAGE },
    );
    return {
      figures: [figure("pull_records", records / seconds, "records/s", limit)],
      notes: [
        `${records} records; limit: the same rows of record, link, journal and association_base, ${PAGE} records a transaction, one connection`,
        note,
      ],
    };
  });
}
