import type { RatePolicy } from "./errors.ts";
import type { FaultDocument } from "./fault-document.ts";
import { seededRandom } from "./random.ts";

/** The call that a fault may strike. */
export type FaultTarget = {
  readonly portalId: number | null;
  readonly method: string;
  readonly path: string;
  /** The path with names in place of ids, under which the call is counted. */
  readonly template: string;
  /** Whether the call changes CRM data: what `dropAfterWrite` and `lateMs` strike when they name no path. */
  readonly writes: boolean;
  /** Token calls: spared by faults without a path, except those of the whole service (5xx, 429, 477, latency, refusal). */
  readonly oauth: boolean;
};

/** Everything that befalls one call. */
export type Misfortune = {
  readonly latencyMs: number;
  readonly refuse: boolean;
  readonly status: number | null;
  readonly html: boolean | string;
  readonly policyName: RatePolicy | undefined;
  readonly dropAfterWrite: boolean;
  readonly lateMs: number | null;
};

/** Everything that befalls a portal's webhooks at this moment; `lose` and `double` draw again for each notification. */
export type WebhookMisfortune = {
  readonly lose: () => boolean;
  readonly double: () => boolean;
  readonly random: () => number;
  readonly delayMs: number;
  readonly shuffle: boolean;
  readonly paused: boolean;
};

type ActiveFault = {
  readonly document: FaultDocument;
  readonly random: () => number;
  readonly strikesPath: ((path: string) => boolean) | null;
  hits: number;
};

const fair: WebhookMisfortune = {
  lose: () => false,
  double: () => false,
  random: () => 0,
  delayMs: 0,
  shuffle: false,
  paused: false,
};

/** The faults in force. Several may strike one call: latencies add up, the first status wins. */
export class Faults {
  #active: readonly ActiveFault[] = [];
  #onCalls: readonly ActiveFault[] = [];
  #onWebhooks: readonly ActiveFault[] = [];

  replace(documents: readonly FaultDocument[]): void {
    this.#active = documents.map((document) => ({
      document,
      random: seededRandom(document.seed ?? 1),
      strikesPath: document.path === undefined ? null : pathTest(document.path),
      hits: 0,
    }));
    this.#onCalls = this.#active.filter(({ document }) =>
      strikesCalls(document),
    );
    this.#onWebhooks = this.#active.filter(({ document }) => document.webhooks);
  }

  /** Each fault in force and how often it struck. */
  list(): readonly (FaultDocument & { hits: number })[] {
    return this.#active.map(({ document, hits }) => ({ ...document, hits }));
  }

  /** The index lag in force for a portal, or null when no fault sets one. */
  searchLagMs(portalId: number): number | null {
    for (const { document } of this.#active)
      if (
        document.searchLagMs !== undefined &&
        concernsPortal(document, portalId)
      )
        return document.searchLagMs;
    return null;
  }

  /** What befalls this call; null for nothing, which costs nothing to find out when no fault is set. */
  strike(target: FaultTarget): Misfortune | null {
    if (this.#onCalls.length === 0) return null;
    const struck = this.#onCalls.filter(
      (fault) => fits(fault, target) && draw(fault),
    );
    if (struck.length === 0) return null;
    const statusFault = struck.find(
      ({ document }) => document.status !== undefined,
    )?.document;
    return {
      latencyMs: struck.reduce((sum, fault) => sum + latencyOf(fault), 0),
      refuse: struck.some(({ document }) => document.refuse),
      status: statusFault?.status ?? null,
      html: statusFault?.html ?? false,
      policyName: statusFault?.policyName,
      dropAfterWrite: struck.some(({ document }) => document.dropAfterWrite),
      lateMs:
        struck.find(({ document }) => document.lateMs !== undefined)?.document
          .lateMs ?? null,
    };
  }

  webhooksOf(portalId: number): WebhookMisfortune {
    const faults = this.#onWebhooks.filter(({ document }) =>
      concernsPortal(document, portalId),
    );
    const [first] = faults;
    if (!first) return fair;
    return {
      lose: () =>
        faults.some((fault) => drawShare(fault, fault.document.webhooks?.lose)),
      double: () =>
        faults.some((fault) =>
          drawShare(fault, fault.document.webhooks?.double),
        ),
      random: first.random,
      delayMs: Math.max(
        0,
        ...faults.map(({ document }) => document.webhooks?.delayMs ?? 0),
      ),
      shuffle: faults.some(({ document }) => document.webhooks?.shuffle),
      paused: faults.some(({ document }) => document.webhooks?.paused),
    };
  }
}

function strikesCalls(document: FaultDocument): boolean {
  return (
    document.latencyMs !== undefined ||
    document.status !== undefined ||
    document.lateMs !== undefined ||
    document.refuse === true ||
    document.dropAfterWrite === true
  );
}

function concernsPortal(
  document: FaultDocument,
  portalId: number | null,
): boolean {
  return document.portalId === undefined || document.portalId === portalId;
}

function fits(
  { document, strikesPath }: ActiveFault,
  target: FaultTarget,
): boolean {
  if (!concernsPortal(document, target.portalId)) return false;
  if (document.method !== undefined && document.method !== target.method)
    return false;
  if (strikesPath)
    return strikesPath(target.path) || strikesPath(target.template);
  if (
    (document.dropAfterWrite || document.lateMs !== undefined) &&
    !target.writes
  )
    return false;
  return (
    !target.oauth ||
    document.status === undefined ||
    ofWholeService(document.status)
  );
}

function ofWholeService(status: number): boolean {
  return status >= 500 || status === 429 || status === 477;
}

function draw(fault: ActiveFault): boolean {
  return drawShare(fault, true);
}

/** `share` of the fault's rate: true means all of it. A spent fault draws nothing. */
function drawShare(
  fault: ActiveFault,
  share: boolean | number | undefined,
): boolean {
  const { rate = 1, times = Infinity } = fault.document;
  if (share === undefined || share === false || fault.hits >= times)
    return false;
  const probability = share === true ? rate : share * rate;
  if (probability < 1 && fault.random() >= probability) return false;
  fault.hits += 1;
  return true;
}

function latencyOf({
  document: { latencyMs = 0 },
  random,
}: ActiveFault): number {
  if (typeof latencyMs === "number") return latencyMs;
  const [least, most] = latencyMs;
  return least + (most - least) * random();
}

/** Returns a test for paths that contain the pieces between stars in order. The first match of each piece is always the best one. */
function pathTest(given: string): (path: string) => boolean {
  const pieces = given.split("*");
  return (path) => {
    let from = 0;
    for (const piece of pieces) {
      const at = path.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return true;
  };
}
