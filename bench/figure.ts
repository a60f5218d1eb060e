/** One measured figure, as `--json` writes it, with the limit that was measured in the same run where there is one. */
export type Figure = {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  readonly limit: number | null;
  /** `figure` over `limit`. */
  readonly ratio: number | null;
};

/** What a bench answers: its figures, and what a reader should know beside them. */
export type Result = {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
};

export const figure = (
  name: string,
  value: number,
  unit: string,
  limit: number | null = null,
): Figure => ({
  name,
  figure: rounded(value),
  unit,
  limit: limit === null ? null : rounded(limit),
  ratio: limit === null ? null : Number((value / limit).toFixed(3)),
});

/** Three digits are all that a measurement on a shared machine can carry. */
const rounded = (value: number): number =>
  value >= 100 ? Math.round(value) : Number(value.toPrecision(3));

/** The value below which `share` of the values lie, by nearest rank. Throws on none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error("There is nothing to measure.");
  return value;
}

export const percent = (share: number): string =>
  `${(share * 100).toFixed(0)} %`;
