import { z } from "zod";
import { HubSpotError } from "../../hubspot/errors.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf, listedTypes } from "../../settings/types/index.ts";
import { listed } from "../../sync/values/shown-text.ts";
import type { Asker } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";

/** HubSpot has 15 s for the whole answer. */
const PATIENCE_MS = 8_000;
/** How long a count is shown before HubSpot is asked again, in milliseconds, and for how many portals. */
const FRESH_MS = 5 * 60_000;
const MOST = 1_000;
/** Records that a first pull reads in a second while HubSpot takes half a second for a page of 100. */
const RECORDS_PER_SECOND = 200;

export const forecastSchema = z.object({
  /** What the first pull will do. */
  sentence: z.string(),
});
type Forecast = z.infer<typeof forecastSchema>;

/** What the first pull of a portal will do: how many objects it reads, and about how long that takes. */
export class FirstPullForecasts {
  readonly #parts: Pick<HttpDependencies, "hubspot" | "log">;
  readonly #fresh = new Map<
    PortalId,
    { readonly until: number; readonly forecast: Promise<Forecast> }
  >();

  constructor(parts: Pick<HttpDependencies, "hubspot" | "log">) {
    this.#parts = parts;
  }

  /** Asks HubSpot for the counts, unless they were asked for lately. Without an answer, the sentence has none. */
  of({ portalId, installation }: Asker): Promise<Forecast> {
    const now = Date.now();
    const known = this.#fresh.get(portalId);
    if (known !== undefined && known.until > now) return known.forecast;
    if (this.#fresh.size >= MOST) this.#fresh.clear();
    const types = listedTypes.filter(
      (type) =>
        installation.types.enabled.includes(type) &&
        descriptorOf(type).flows.pull,
    );
    const forecast = this.#count(portalId, types).then(
      (counts) => ({ sentence: sentenceOf(types, counts) }),
      (error: unknown) => {
        this.#fresh.delete(portalId);
        if (!(error instanceof HubSpotError)) throw error;
        this.#parts.log.info(
          { portalId, err: error },
          "HubSpot's objects could not be counted for the set-up",
        );
        return { sentence: sentenceOf(types, null) };
      },
    );
    this.#fresh.set(portalId, { until: now + FRESH_MS, forecast });
    return forecast;
  }

  #count(
    portalId: PortalId,
    types: readonly ObjectType[],
  ): Promise<readonly number[]> {
    const portal = this.#parts.hubspot.portal(portalId);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return Promise.all(
      types.map((type) =>
        portal.count(type, [], { priority: "interactive", signal }),
      ),
    );
  }
}

/** Pure. */
export function sentenceOf(
  types: readonly ObjectType[],
  counts: readonly number[] | null,
): string {
  const names = types.map((type, place) => {
    const { singular, plural } = descriptorOf(type).names;
    const count = counts?.[place];
    return count === undefined
      ? `all ${plural}`
      : `${count.toLocaleString("en-US")} ${count === 1 ? singular : plural}`;
  });
  const all = counts?.reduce((sum, count) => sum + count, 0);
  const time = all === undefined ? "" : `, in ${timeFor(all)}`;
  return `The first pull reads ${listed(names)} from HubSpot${time}. It changes nothing in HubSpot.`;
}

function timeFor(records: number): string {
  const minutes = Math.ceil(records / RECORDS_PER_SECOND / 60);
  if (minutes <= 1) return "less than a minute";
  return minutes < 90
    ? `about ${minutes} minutes`
    : `about ${Math.ceil(minutes / 60)} hours`;
}
