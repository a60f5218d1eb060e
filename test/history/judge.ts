import { sql } from "kysely";
import type { ObjectTruth } from "../../sandbox/crm/portal.ts";
import type { World } from "../acceptance/world.ts";
import { fields, plural } from "./play.ts";
import type { Play } from "./play.ts";
import type { EntityType } from "./steps.ts";

/** What must hold of a portal once everything has settled. Each finding is a sentence; none is a history that held. */

interface RecordRow {
  id: string;
  object_type: EntityType;
  properties: Record<string, unknown>;
  company_id: string | null;
  origin: string;
  deleted_at: Date | null;
}
interface LinkRow {
  record_id: string;
  object_id: string;
  object_type: EntityType;
  state: string;
}
interface Open {
  record_id: string | null;
  object_id: string | null;
  field: string;
  code: string;
  kind: string;
}

interface Ground {
  readonly records: readonly RecordRow[];
  readonly links: readonly LinkRow[];
  readonly attention: readonly Open[];
  readonly journal: string;
  readonly verdicts: ReadonlyMap<string, string>;
  readonly objects: ReadonlyMap<string, ObjectTruth & { type: EntityType }>;
}

/** HubSpot rewrites what it is given; so much counts as the same. */
const plain = (value: unknown): string =>
  (typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : JSON.stringify(value)
  )
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(www\.)?/, "");

export async function judge(play: Play): Promise<string[]> {
  const ground = await survey(play);
  return [
    ...linksStand(ground),
    ...nothingFromNowhere(play, ground),
    ...bothSidesAgree(ground),
    ...associationsAgree(ground),
    ...nothingTypedIsLost(play, ground),
  ];
}

async function survey(play: Play): Promise<Ground> {
  const { portalId } = play;
  const objects = new Map<string, ObjectTruth & { type: EntityType }>();
  for (const type of ["contact", "company"] as const) {
    // All of them: alive, archived and merged away. Keyed by type too, since ids of two types may be the same number.
    for (const object of play.portal.truth(plural[type]))
      objects.set(`${type} ${object.id}`, { ...object, type });
  }
  return play.inPortal(async (db) => {
    const records = await sql<RecordRow>`
      select id, object_type, properties, company_id, origin, deleted_at from record where portal_id = ${portalId}`.execute(
      db,
    );
    const links = await sql<LinkRow>`
      select record_id, object_id, object_type, state from link where portal_id = ${portalId}`.execute(
      db,
    );
    const attention = await sql<Open>`
      select record_id, object_id, field, code, kind from attention where portal_id = ${portalId} and state = 'open'`.execute(
      db,
    );
    const journal = await sql<{ text: string | null }>`
      select string_agg(lower(changes::text), ' ') as text from journal where portal_id = ${portalId}`.execute(
      db,
    );
    const verdicts = await sql<{ record_id: string; code: string }>`
      select record_id, code from sync_verdict where portal_id = ${portalId}`.execute(
      db,
    );
    return {
      records: records.rows,
      links: links.rows,
      attention: attention.rows,
      journal: journal.rows[0]?.text ?? "",
      verdicts: new Map(verdicts.rows.map((row) => [row.record_id, row.code])),
      objects,
    };
  });
}

function linksStand({ links, records, objects, attention }: Ground): string[] {
  const findings: string[] = [];
  const live = links.filter((link) => link.state === "live");
  for (const link of live) {
    const record = records.find((row) => row.id === link.record_id);
    const object = objects.get(`${link.object_type} ${link.object_id}`);
    const explained = attention.some(
      (open) => open.record_id === link.record_id && open.field === "",
    );
    if (record === undefined || record.deleted_at !== null) {
      findings.push(
        `link ${link.record_id} - ${link.object_id} is live, but its record is deleted`,
      );
    }
    if (
      (object === undefined || object.archived || object.mergedInto !== null) &&
      !explained
    ) {
      findings.push(
        `link ${link.record_id} - ${link.object_id} is live, but its object is gone`,
      );
    }
  }
  return findings;
}

/** No object and no record exists that nobody created. */
function nothingFromNowhere(play: Play, ground: Ground): string[] {
  const findings: string[] = [];
  const personMade = (
    type: EntityType,
    side: "workspace" | "hubspot",
  ): Set<string> =>
    new Set(
      play.entities
        .filter((entity) => entity.type === type && entity.side === side)
        .map((entity) => entity.id),
    );
  for (const type of ["contact", "company"] as const) {
    const byHubSpot = personMade(type, "hubspot");
    const byProduct = personMade(type, "workspace");
    const survivors = new Map<string, string[]>();
    for (const object of ground.objects.values()) {
      if (object.type !== type || object.mergedInto === null) continue;
      survivors.set(object.mergedInto, [
        ...(survivors.get(object.mergedInto) ?? []),
        object.id,
      ]);
    }
    const claimed = new Map<string, string[]>();
    for (const object of ground.objects.values()) {
      if (object.type !== type || object.mergedInto !== null) continue;
      if (byHubSpot.has(object.id) || survivors.has(object.id)) continue;
      const owner = ground.links.find(
        (link) => link.object_type === type && link.object_id === object.id,
      )?.record_id;
      if (owner === undefined || !byProduct.has(owner)) {
        // A pushed creation of a record that came from HubSpot, was unlinked and pushed again by hand does not happen here.
        findings.push(
          `${type} object ${object.id} exists, but nobody created it (record ${owner ?? "none"})`,
        );
      } else claimed.set(owner, [...(claimed.get(owner) ?? []), object.id]);
    }
    for (const [record, objects] of claimed) {
      if (objects.length > 1)
        findings.push(
          `record ${record} was created ${objects.length} times in HubSpot: ${objects.join(", ")}`,
        );
    }
    const made = new Map<string, Set<string>>();
    for (const record of ground.records) {
      if (record.object_type !== type || record.origin === "product") continue;
      const objects = ground.links
        .filter((link) => link.record_id === record.id)
        .map((link) => link.object_id);
      if (objects.length === 0)
        findings.push(
          `${type} record ${record.id} came from HubSpot, but from no object`,
        );
      for (const object of objects)
        made.set(object, (made.get(object) ?? new Set()).add(record.id));
    }
    // An object that others were merged into has had a record for each of them, and for itself.
    for (const [object, records] of made) {
      if (
        records.size >
        (survivors.get(object)?.length ?? 0) + (byHubSpot.has(object) ? 1 : 0)
      )
        findings.push(
          `object ${object} made ${records.size} records: ${[...records].join(", ")}`,
        );
    }
  }
  return findings;
}

function bothSidesAgree({
  links,
  records,
  objects,
  attention,
}: Ground): string[] {
  return links
    .filter((link) => link.state === "live")
    .flatMap((link) => {
      const record = records.find((row) => row.id === link.record_id);
      const object = objects.get(`${link.object_type} ${link.object_id}`);
      if (record === undefined || object === undefined || object.archived)
        return [];
      return fields[link.object_type].flatMap(([field, property]) => {
        const ours = plain(record.properties[field]);
        const theirs = plain(object.properties[property]);
        // A blank never overwrites data; a parked or held field is explained by its entry.
        if (ours === theirs || ours === "" || theirs === "") return [];
        const explained = attention.some(
          (open) =>
            open.record_id === record.id &&
            (open.field === field || open.field === ""),
        );
        return explained
          ? []
          : [
              `${link.object_type} ${record.id}/${object.id}: ${field} is "${ours}" here and "${theirs}" in HubSpot`,
            ];
      });
    });
}

function associationsAgree({
  links,
  records,
  objects,
  attention,
}: Ground): string[] {
  const live = links.filter((link) => link.state === "live");
  const recordOf = new Map(
    live
      .filter((link) => link.object_type === "company")
      .map((link) => [link.object_id, link.record_id]),
  );
  return live
    .filter((link) => link.object_type === "contact")
    .flatMap((link) => {
      const record = records.find((row) => row.id === link.record_id);
      const object = objects.get(`contact ${link.object_id}`);
      // A pair that one side refuses as a whole waits with everything that it has.
      if (
        record === undefined ||
        object === undefined ||
        object.archived ||
        attention.some(
          (open) => open.record_id === record.id && open.field === "",
        )
      )
        return [];
      const theirs = object.associations.flatMap((edge) => {
        const company =
          edge.toType === "companies" ? recordOf.get(edge.toId) : undefined;
        return company === undefined
          ? []
          : [{ company, primary: edge.primary }];
      });
      const primary = theirs.find((edge) => edge.primary)?.company ?? null;
      const ours = record.company_id;
      const linkedHere =
        ours !== null && live.some((candidate) => candidate.record_id === ours);
      if (linkedHere && !theirs.some((edge) => edge.company === ours)) {
        return [
          `contact ${record.id}/${object.id}: company ${ours} here, not in HubSpot`,
        ];
      }
      if (primary !== null && ours !== primary) {
        return [
          `contact ${record.id}/${object.id}: primary company ${primary} in HubSpot, ${ours ?? "none"} here`,
        ];
      }
      return [];
    });
}

/** The last value that a person typed on a side is live, or stands in the journal with what replaced it. */
function nothingTypedIsLost(play: Play, ground: Ground): string[] {
  return [...play.typed.values()].flatMap((typed) => {
    const value = plain(typed.value);
    if (value === "") return [];
    if (typed.side === "workspace") {
      const record = ground.records.find((row) => row.id === typed.id);
      if (
        record === undefined ||
        plain(record.properties[typed.field]) === value
      )
        return [];
    } else {
      const object = ground.objects.get(`${typed.type} ${typed.id}`);
      if (
        object === undefined ||
        object.mergedInto !== null ||
        plain(object.properties[typed.property]) === value
      )
        return [];
      if (survivedMerge(ground, typed.type, typed.id)) return [];
    }
    return ground.journal.includes(value)
      ? []
      : [
          `${typed.side} ${typed.id}: "${typed.value}" typed into ${typed.field} is nowhere`,
        ];
  });
}

/** HubSpot's own merging drops values of the objects that it merges: what was typed there is not ours to keep. */
const survivedMerge = (ground: Ground, type: EntityType, id: string): boolean =>
  [...ground.objects.values()].some(
    (object) => object.type === type && object.mergedInto === id,
  );

/** Calls that write, and lines of the journal: a second settling must add none. */
export async function footprint(world: World, play: Play): Promise<string> {
  const { body } = await world.control<{
    rows: {
      portalId: number;
      method: string;
      path: string;
      status: number;
      count: number;
    }[];
  }>("GET", "/sandbox/requests");
  const writes = body.rows
    .filter(
      (row) =>
        row.portalId === play.portalId &&
        row.method !== "GET" &&
        !/read|search|token|introspect/.test(row.path),
    )
    .map((row) => `${row.method} ${row.path} ${row.status}: ${row.count}`)
    .sort();
  const { rows } = await play.inPortal((db) =>
    sql<{ lines: string; revisions: string }>`
      select (select count(*) from journal where portal_id = ${play.portalId}) as lines,
        (select coalesce(sum(revision), 0) from record where portal_id = ${play.portalId}) as revisions`.execute(
      db,
    ),
  );
  return JSON.stringify({ writes, ...rows[0] }, null, 1);
}
