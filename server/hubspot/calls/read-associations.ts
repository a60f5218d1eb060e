import type { ObjectId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { paths } from "../api.ts";
import { isSameLabel, labelsOf } from "../association-labels.ts";
import type { Caller } from "../caller.ts";
import { chunksOf } from "../chunks.ts";
import type {
  AssociationEdge,
  AssociationLabel,
  AssociationList,
  CallOptions,
} from "../gateway.ts";
import { asList, asNumber, asRecord, asText, asTexts } from "../json.ts";
import { nextAfter, resultsOf } from "../read-object.ts";
import { timingOf } from "../timing.ts";

const batchSize = 1_000;
/** The list of a child with more pages of parents than this is left incomplete rather than read for ever. */
const mostPages = 20;

const categories = new Map<string, AssociationLabel["category"]>(
  (
    ["HUBSPOT_DEFINED", "INTEGRATOR_DEFINED", "USER_DEFINED", "WORK"] as const
  ).map((category) => [category, category]),
);

function labelOf(value: unknown): AssociationLabel[] {
  const label = asRecord(value);
  const category = categories.get(
    asText(label?.["category"] ?? label?.["associationCategory"]) ?? "",
  );
  const typeId = asNumber(label?.["typeId"] ?? label?.["associationTypeId"]);
  return category === undefined || typeId === null
    ? []
    : [{ category, typeId }];
}

function edgeOf(kind: ParentKind, value: unknown): AssociationEdge[] {
  const row = asRecord(value);
  // a number in some versions, text in others
  const toId = asText(row?.["toObjectId"]);
  if (toId === null) return [];
  const labels = asList(row?.["associationTypes"]).flatMap(labelOf);
  const ours = labelsOf(kind);
  const primary = labels.some((label) => isSameLabel(label, ours.primary));
  return [{ toId, primary, labels }];
}

type Page = { readonly id: ObjectId; readonly after?: string };

/**
 * The objects that an error row names, unless all it says is that they have no associations: OBJECT_NOT_FOUND. A row
 * that names nobody may mean each that got no answer.
 */
function failedIds(
  body: unknown,
  asked: readonly Page[],
  answered: ReadonlySet<string>,
): string[] {
  return asList(asRecord(body)?.["errors"]).flatMap((entry) => {
    const error = asRecord(entry);
    if (error?.["category"] === "OBJECT_NOT_FOUND") return [];
    const context = asRecord(error?.["context"]) ?? {};
    const named = asTexts(context["fromObjectId"] ?? context["ids"]);
    return named.length > 0
      ? named
      : asked.flatMap(({ id }) => (answered.has(id) ? [] : [id]));
  });
}

/** The parents of objects; see Gateway.readAssociations. */
export async function readParentsOf(
  call: Caller,
  kind: ParentKind,
  childIds: readonly ObjectId[],
  options: CallOptions,
): Promise<Map<ObjectId, AssociationList>> {
  const lists = new Map<
    ObjectId,
    { edges: AssociationEdge[]; complete: boolean }
  >();
  for (const id of childIds) lists.set(id, { edges: [], complete: true });
  for (const chunk of chunksOf([...lists.keys()], batchSize)) {
    let pages: Page[] = chunk.map((id) => ({ id }));
    for (let round = 0; pages.length > 0 && round < mostPages; round++) {
      const { body } = await call(
        {
          method: "POST",
          path: paths.associations(kind, "read"),
          body: { inputs: pages },
          write: false,
          limit: "associations",
          capability: `read-associations:${kind.name}`,
          kind: "associations",
        },
        timingOf(options),
      );
      const asked = pages;
      const answered = new Set<string>();
      pages = resultsOf(body).flatMap((entry): Page[] => {
        const row = asRecord(entry);
        const id = asText(asRecord(row?.["from"])?.["id"]) ?? "";
        answered.add(id);
        const list = lists.get(id);
        if (list === undefined) return [];
        list.edges.push(
          ...asList(row?.["to"]).flatMap((entry) => edgeOf(kind, entry)),
        );
        const after = nextAfter(row);
        return after === null ? [] : [{ id, after }];
      });
      for (const id of failedIds(body, asked, answered)) {
        const list = lists.get(id);
        if (list !== undefined) list.complete = false;
      }
    }
    for (const { id } of pages) {
      const list = lists.get(id);
      if (list !== undefined) list.complete = false;
    }
  }
  return lists;
}
