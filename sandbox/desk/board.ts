import { z } from "zod";
import { objectName } from "./crm-properties.ts";
import type { DeskObjectType } from "./crm-properties.ts";
import { newestFirst } from "./list-objects.ts";
import { Refusal } from "./refusal.ts";
import type {
  Pipeline,
  SandboxClient,
  SandboxObject,
} from "./sandbox-client.ts";

/** Objects that a stage shows; the others are counted. */
const SHOWN = 50;

const querySchema = z.object({
  pipeline: z.string().default(""),
  search: z.string().default(""),
});

/** One object on a board. */
export type BoardCard = {
  id: string;
  name: string;
  amount: string;
  /** HubSpot's time, or empty. */
  closes: string;
};

/** A pipeline's objects by stage, newest first, and the pipelines to choose from. */
export type Board = {
  pipelines: { id: string; label: string }[];
  /** Null if the account has none. */
  pipeline: string | null;
  stages: { id: string; label: string; total: number; cards: BoardCard[] }[];
};

/** The board that HubSpot's index page shows of a type with pipelines: the pipeline that is named, or else the first. */
export async function boardOf(
  sandbox: SandboxClient,
  portalId: number,
  type: DeskObjectType,
  query: unknown,
): Promise<Board> {
  const properties = type.pipelines;
  if (properties === undefined)
    throw new Refusal(404, `${type.plural} have no board.`);
  const { pipeline: wanted, search } = querySchema.parse(query);
  const pipelines = await sandbox.pipelines(portalId, type.id);
  const shown = pipelines.find(({ id }) => id === wanted) ?? pipelines[0];
  const all = await sandbox.list(portalId, type.id, false);
  const inPipeline = newestFirst(all, search).filter(
    (object) => object.properties[properties.pipeline] === shown?.id,
  );
  return {
    pipelines: pipelines.map(({ id, label }) => ({ id, label })),
    pipeline: shown?.id ?? null,
    stages: (shown?.stages ?? []).map((stage) =>
      columnOf(
        stage,
        type,
        inPipeline.filter(
          (object) => object.properties[properties.stage] === stage.id,
        ),
      ),
    ),
  };
}

function columnOf(
  { id, label }: Pipeline["stages"][number],
  type: DeskObjectType,
  objects: readonly SandboxObject[],
): Board["stages"][number] {
  return {
    id,
    label,
    total: objects.length,
    cards: objects.slice(0, SHOWN).map((object) => ({
      id: object.id,
      name: objectName(type.id, object.id, object.properties),
      amount: [
        object.properties["amount"],
        object.properties["amount"] && object.properties["deal_currency_code"],
      ]
        .filter(Boolean)
        .join(" "),
      closes: object.properties["closedate"] ?? "",
    })),
  };
}
