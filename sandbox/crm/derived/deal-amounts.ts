import type { CrmState } from "../crm-state.ts";
import type { Row } from "../row.ts";

type Compute = (row: Row, state: CrmState) => string | null;

const day = 86_400_000;

/** The properties of deals that HubSpot calculates. */
export const dealProperties: Readonly<Record<string, Compute>> = {
  hs_is_closed: (row, state) => String(outcome(row, state) !== "open"),
  hs_is_closed_won: (row, state) => String(outcome(row, state) === "won"),
  hs_is_closed_lost: (row, state) => String(outcome(row, state) === "lost"),
  hs_is_closed_count: (row, state) => oneIf(outcome(row, state) !== "open"),
  hs_is_open_count: (row, state) => oneIf(outcome(row, state) === "open"),
  hs_closed_won_count: (row, state) => oneIf(outcome(row, state) === "won"),
  hs_deal_stage_probability: (row, state) => {
    const own = valueOf(row, "hs_deal_stage_probability");
    const ofStage = stageMetadata(row, state)?.["probability"];
    return own ?? (ofStage === undefined ? null : asDouble(ofStage));
  },
  amount_in_home_currency: homeAmount,
  hs_projected_amount: (row, state) =>
    product(numberOf(row, "amount"), probability(row, state)),
  hs_projected_amount_in_home_currency: (row, state) =>
    product(toNumber(homeAmount(row)), probability(row, state)),
  hs_forecast_amount: (row) =>
    product(numberOf(row, "amount"), numberOf(row, "hs_forecast_probability")),
  hs_closed_amount: (row, state) =>
    outcome(row, state) === "won" ? (valueOf(row, "amount") ?? "0") : "0",
  days_to_close: (row) => {
    const closed = Date.parse(valueOf(row, "closedate") ?? "");
    const created = valueOf(row, "createdate");
    const from = created === null ? row.createdAt : Date.parse(created);
    return Number.isNaN(closed)
      ? null
      : String(Math.max(0, Math.floor((closed - from) / day)));
  },
};

function valueOf(row: Row, name: string): string | null {
  const value = row.store.stored(row, name);
  return value === undefined || value === "" ? null : value;
}

function toNumber(value: string | null): number | undefined {
  return value === null ? undefined : Number(value);
}

function numberOf(row: Row, name: string): number | undefined {
  return toNumber(valueOf(row, name));
}

function product(a: number | undefined, b: number | undefined): string | null {
  return a === undefined || b === undefined ? null : String(a * b);
}

function homeAmount(row: Row): string | null {
  const rate = numberOf(row, "hs_exchange_rate");
  return rate === undefined
    ? valueOf(row, "amount")
    : product(numberOf(row, "amount"), rate);
}

function oneIf(condition: boolean): string {
  return condition ? "1" : "0";
}

function stageMetadata(row: Row, state: CrmState) {
  const stage = valueOf(row, "dealstage");
  return stage === null
    ? undefined
    : state.pipelines.stage(row.store.type.name, stage)?.metadata;
}

function probability(row: Row, state: CrmState): number | undefined {
  return toNumber(
    valueOf(row, "hs_deal_stage_probability") ??
      stageMetadata(row, state)?.["probability"] ??
      null,
  );
}

/** Returns a deal's outcome by the probability of its stage: 1 is won, 0 is lost, and any other closed stage is neither. */
function outcome(
  row: Row,
  state: CrmState,
): "open" | "won" | "lost" | "closed" {
  const metadata = stageMetadata(row, state);
  if (metadata?.["isClosed"] !== "true") return "open";
  const certain = Number(metadata["probability"]);
  return certain === 1 ? "won" : certain === 0 ? "lost" : "closed";
}

/** Returns a number as HubSpot writes doubles: 0.4 is 0.4000000000000000222. */
function asDouble(text: string): string {
  const number = Number(text);
  return Number.isInteger(number) || Number.isNaN(number)
    ? text
    : number.toPrecision(19).replace(/0{1,19}$/, "");
}
