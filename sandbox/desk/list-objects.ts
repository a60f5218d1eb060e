import { z } from "zod";
import { objectName } from "./crm-properties.ts";
import type { DeskObjectType } from "./crm-properties.ts";
import type { SandboxClient, SandboxObject } from "./sandbox-client.ts";

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
  const all = await sandbox.list(portalId, type.id, archived === "true");
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found =
    words.length === 0
      ? all
      : all.filter((object) =>
          words.every((word) => haystack(object).includes(word)),
        );
  const sorted = found.toSorted(
    (a, b) => created(b) - created(a) || Number(b.id) - Number(a.id),
  );
  const pages = Math.max(1, Math.ceil(sorted.length / PAGE_SIZE));
  const first = (Math.min(page, pages) - 1) * PAGE_SIZE;
  const results = sorted
    .slice(first, first + PAGE_SIZE)
    .map(({ id, properties }) => ({
      id,
      name: objectName(type.id, id, properties),
      values: type.columns.map(({ name }) =>
        wording(type, name, properties[name] ?? ""),
      ),
    }));
  return { results, total: sorted.length, pages };
}

/** An option by its label, as HubSpot's lists show it. */
function wording(type: DeskObjectType, name: string, value: string): string {
  const options = type.properties.find(
    (property) => property.name === name,
  )?.options;
  return options?.find((option) => option.value === value)?.label ?? value;
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
