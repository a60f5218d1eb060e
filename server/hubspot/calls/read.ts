import type { ObjectType } from "../../settings/object-type.ts";
import { mergedIdsProperty, paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import { chunksOf, inParallel } from "../chunks.ts";
import { GoneError, TooManyBytesError } from "../errors.ts";
import type { CallOptions, HubSpotObject, ReadQuery } from "../gateway.ts";
import { asList, asRecord, asTexts } from "../json.ts";
import { readObject, readObjects } from "../read-object.ts";
import { RESPONSE_BYTES, valuesLength } from "../response-bytes.ts";
import { timingOf } from "../timing.ts";
import { explainRows } from "./explain-rows.ts";

const additionalEmails = "hs_additional_emails";

/** With history HubSpot takes fewer at once. */
const batchSize = 100;
const batchSizeWithHistory = 50;
const atOnce = 4;

type Read = Map<string, HubSpotObject | null>;

/** What must be asked for beside the wished properties, so that rows can be told apart. */
function propertiesFor(query: ReadQuery): string[] {
  const own = [mergedIdsProperty];
  if (query.idProperty !== undefined) own.push(query.idProperty);
  if (query.idProperty === "email") own.push(additionalEmails);
  return [...new Set([...query.properties, ...own])];
}

/** Objects by id or by a unique property; see Gateway.read. */
export async function readByIds(
  call: Caller,
  type: ObjectType,
  ids: readonly string[],
  query: ReadQuery,
  options: CallOptions,
): Promise<Read> {
  const size =
    query.history === undefined || query.history.length === 0
      ? batchSize
      : batchSizeWithHistory;
  const batches = chunksOf([...new Set(ids)], size);
  let bytes = 0;
  const maps = await inParallel(batches, atOnce, async (batch) => {
    const read = await readHalving(call, type, batch, query, options);
    bytes += valuesLength(
      [...read.values()].filter((object) => object !== null),
    );
    if (bytes > (query.mostBytes ?? Infinity)) throw new TooManyBytesError();
    return read;
  });
  return new Map(maps.flatMap((map) => [...map]));
}

/** Reads a batch; one whose response is too large, half by half. */
async function readHalving(
  call: Caller,
  type: ObjectType,
  asked: readonly string[],
  query: ReadQuery,
  options: CallOptions,
): Promise<Read> {
  try {
    return await readBatch(call, type, asked, query, options);
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error;
    if (query.mostBytes !== undefined && query.mostBytes <= RESPONSE_BYTES)
      throw error;
    const read: Read = new Map();
    for (const half of chunksOf(asked, Math.ceil(asked.length / 2)))
      for (const [id, object] of await readHalving(
        call,
        type,
        half,
        query,
        options,
      ))
        read.set(id, object);
    return read;
  }
}

async function readBatch(
  call: Caller,
  type: ObjectType,
  asked: readonly string[],
  query: ReadQuery,
  options: CallOptions,
): Promise<Read> {
  const archived = query.archived ? { archived: "true" } : {};
  const { body } = await call(
    {
      method: "POST",
      path: paths.batch(type, "read", archived),
      body: {
        inputs: asked.map((id) => ({ id })),
        properties: propertiesFor(query),
        propertiesWithHistory: query.history ?? [],
        ...(query.idProperty === undefined
          ? {}
          : { idProperty: query.idProperty }),
      },
      write: false,
      limit: "general",
      mostBytes: asked.length > 1 ? RESPONSE_BYTES : undefined,
      capability: `read:${type}`,
      kind: "read",
    },
    timingOf(options),
  );
  const { found, unexplained } = explainRows(
    asked,
    readObjects(type, body),
    missingIds(body),
    query.idProperty,
  );
  const alone = await inParallel(unexplained, atOnce, (id) =>
    readOne(call, type, id, query, options),
  );
  unexplained.forEach((id, index) => found.set(id, alone[index] ?? null));
  return found;
}

/** The ids that the answer itself calls not found. */
function missingIds(body: unknown): string[] {
  return asList(asRecord(body)?.["errors"]).flatMap((entry) => {
    const context = asRecord(asRecord(entry)?.["context"]) ?? {};
    return asTexts(context["ids"] ?? context["id"]);
  });
}

/** One object; this call follows merges, so the answer may carry another id. Null: not there. */
async function readOne(
  call: Caller,
  type: ObjectType,
  id: string,
  query: ReadQuery,
  options: CallOptions,
): Promise<HubSpotObject | null> {
  try {
    const { body } = await call(
      {
        method: "GET",
        path: paths.object(type, id, {
          properties: propertiesFor(query).join(","),
          propertiesWithHistory: query.history?.join(","),
          idProperty: query.idProperty,
          archived: query.archived ? "true" : undefined,
        }),
        write: false,
        limit: "general",
        capability: `read:${type}`,
        kind: "read",
      },
      timingOf(options),
    );
    return readObject(type, body);
  } catch (error) {
    if (error instanceof GoneError) return null;
    throw error;
  }
}
