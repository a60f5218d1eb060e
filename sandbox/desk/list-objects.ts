import { z } from "zod";
import { objectName } from "./crm-properties.ts";
import type { DeskObjectType } from "./crm-properties.ts";
import type {
  Pipeline,
  SandboxClient,
  SandboxObject,
} from "./sandbox-client.ts";

const PAGE_SIZE = 25;

const querySchema = z.object({
  search: z.string().default(""),
  page: z.coerce.number().int().min(1).default(1),
  archived: z.enum(["true", "false"]).default("false"),
});

/** One page of a list, newest first: what HubSpot's index page shows. */
export async function listObjects(
  sandbox: SandboxClient,
  portalId: number,
  type: DeskObjectType,
  query: unknown,
): Promise<object> {
  const { search, page, archived } = querySchema.parse(query);
  const sorted = newestFirst(
    await sandbox.list(portalId, type.id, archived === "true"),
    search,
  );
  const pipelines = type.pipelines
    ? await sandbox.pipelines(portalId, type.id)
    : [];
  const pages = Math.max(1, Math.ceil(sorted.length / PAGE_SIZE));
  const first = (Math.min(page, pages) - 1) * PAGE_SIZE;
  const results = sorted
    .slice(first, first + PAGE_SIZE)
    .map(({ id, properties }) => ({
      id,
      name: objectName(type.id, id, properties),
      values: type.columns.map(({ name }) =>
        wording(type, pipelines, name, properties[name] ?? ""),
      ),
    }));
  return { results, total: sorted.length, pages };
}

/** The objects that have all words of a search, newest first. */
export function newestFirst(
  all: readonly SandboxObject[],
  search: string,
): SandboxObject[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return all
    .filter((object) => words.every((word) => haystack(object).includes(word)))
    .toSorted((a, b) => created(b) - created(a) || Number(b.id) - Number(a.id));
}

/** An option by its label, as HubSpot's lists show it. */
function wording(
  type: DeskObjectType,
  pipelines: readonly Pipeline[],
  name: string,
  value: string,
): string {
  const property = type.properties.find((each) => each.name === name);
  const labels: readonly { id: string; label: string }[] =
    property?.of === "pipelines"
      ? pipelines
      : property?.of === "stages"
        ? pipelines.flatMap(({ stages }) => stages)
        : (property?.options ?? []).map((option) => ({
            id: option.value,
            label: option.label,
          }));
  return labels.find(({ id }) => id === value)?.label ?? value;
}

const SEARCHED = [
  "firstname",
  "lastname",
  "email",
  "phone",
  "name",
  "domain",
  "dealname",
  "company",
  "city",
];

function haystack({ id, properties }: SandboxObject): string {
  return [id, ...SEARCHED.map((name) => properties[name] ?? "")]
    .join(" ")
    .toLowerCase();
}

function created({ properties }: SandboxObject): number {
  return (
    Date.parse(properties["createdate"] ?? properties["hs_createdate"] ?? "") ||
    0
  );
}
