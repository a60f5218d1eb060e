import { plainDecimal } from "../../decimal.ts";
import type { ObjectType } from "../../settings/object-type.ts";
import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import type { CallOptions, Pipeline, PipelineStage } from "../gateway.ts";
import { asList, asRecord, asText } from "../json.ts";
import { resultsOf } from "../read-object.ts";
import { timingOf } from "../timing.ts";

/** All live pipelines of a type with their live stages; see Gateway.pipelines. */
export async function readPipelines(
  call: Caller,
  type: ObjectType,
  options: CallOptions,
): Promise<Pipeline[]> {
  const { body } = await call(
    {
      method: "GET",
      path: paths.pipelines(type),
      write: false,
      limit: "general",
      capability: `read-properties:${type}`,
      kind: "pipelines",
    },
    timingOf(options),
  );
  return inOrder(
    resultsOf(body).flatMap((value) => {
      const row = liveRow(value);
      return row === null
        ? []
        : [
            {
              ...row.named,
              stages: inOrder(asList(row.body["stages"]).flatMap(stageOf)),
            },
          ];
    }),
  );
}

function stageOf(value: unknown): PipelineStage[] {
  const row = liveRow(value);
  if (row === null) return [];
  // Texts: {"isClosed": "false", "probability": "0.2"} of a deal's stage, {"ticketState": "OPEN"} of a ticket's.
  const metadata = asRecord(row.body["metadata"]);
  const probability = asText(metadata?.["probability"]);
  return [
    {
      ...row.named,
      probability: probability === null ? null : plainDecimal(probability),
      closed:
        asText(metadata?.["isClosed"]) === "true" ||
        asText(metadata?.["ticketState"]) === "CLOSED",
    },
  ];
}

function liveRow(value: unknown): {
  body: Readonly<Record<string, unknown>>;
  named: { id: string; label: string; displayOrder: number };
} | null {
  const body = asRecord(value);
  const id = asText(body?.["id"]);
  if (body === null || id === null || body["archived"] === true) return null;
  const order = body["displayOrder"];
  return {
    body,
    named: {
      id,
      label: asText(body["label"]) ?? id,
      displayOrder: typeof order === "number" ? order : 0,
    },
  };
}

const inOrder = <T extends { readonly displayOrder: number }>(rows: T[]): T[] =>
  rows.sort((one, other) => one.displayOrder - other.displayOrder);
