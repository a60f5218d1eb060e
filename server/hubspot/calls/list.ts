import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { mergedIdsProperty, paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import type { CallOptions, ListPage, ListQuery } from "../gateway.ts";
import { nextAfter, readObjects } from "../read-object.ts";
import { RESPONSE_BYTES } from "../response-bytes.ts";
import { timingOf } from "../timing.ts";
import { readByIds } from "./read.ts";
import { withFewer } from "./with-fewer.ts";

/** Beyond this a URL may be refused (414); the properties are then read with a second call, whose body holds them. */
const longestPath = 6_000;

const pageSize = 100;

/** One page of all objects of a type: of fewer objects than asked for, if they are very large. */
export const listObjects = (
  call: Caller,
  type: ObjectType,
  query: ListQuery,
  options: CallOptions,
): Promise<ListPage> =>
  withFewer(query.limit ?? pageSize, (limit) =>
    listPage(call, type, { ...query, limit }, options),
  );

async function listPage(
  call: Caller,
  type: ObjectType,
  query: ListQuery & { readonly limit: number },
  options: CallOptions,
): Promise<ListPage> {
  const pathWith = (properties: readonly string[]): string =>
    paths.objects(type, {
      limit: String(query.limit),
      after: query.after,
      properties: [...new Set([...properties, mergedIdsProperty])].join(","),
      associations: query.parents
        ?.map(({ to }) => descriptorOf(to).hubspot.path)
        .join(","),
      archived: query.archived ? "true" : undefined,
    });
  const whole = pathWith(query.properties);
  const tooLong = whole.length > longestPath;
  const { body } = await call(
    {
      method: "GET",
      path: tooLong ? pathWith([]) : whole,
      write: false,
      limit: "general",
      mostBytes: query.limit > 1 ? RESPONSE_BYTES : undefined,
      capability: `read:${type}`,
      kind: "list",
    },
    timingOf(options),
  );
  const objects = readObjects(type, body, query.parents);
  const next = nextAfter(body);
  if (!tooLong) return { objects, next };
  const read = await readByIds(
    call,
    type,
    objects.map(({ id }) => id),
    {
      properties: query.properties,
      archived: query.archived ?? false,
      ...(query.limit > 1 ? { mostBytes: RESPONSE_BYTES } : {}),
    },
    options,
  );
  return {
    objects: objects.flatMap((listed) => {
      const object = read.get(listed.id);
      if (object === undefined || object === null) return [];
      return [{ ...listed, ...object }];
    }),
    next,
  };
}
