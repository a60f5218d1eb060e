import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RefusedError, WaitError } from "../../../server/hubspot/errors.ts";
import { explainRows } from "../../../server/hubspot/calls/explain-rows.ts";
import { parseErrorBody } from "../../../server/hubspot/error-body.ts";
import type { HubSpotObject } from "../../../server/hubspot/gateway.ts";
import { sendInHalves } from "../../../server/hubspot/write/halve.ts";
import { matchOutcomes } from "../../../server/hubspot/write/match-outcomes.ts";
import { writeErrorOf } from "../../../server/hubspot/write-error.ts";

function object(
  id: string,
  properties: Record<string, string> = {},
  mergedIds: string[] = [],
): HubSpotObject {
  const at = new Date(0);
  return {
    id,
    objectType: "contact",
    properties,
    createdAt: at,
    updatedAt: at,
    archived: false,
    mergedIds,
  };
}

const error = writeErrorOf(parseErrorBody(400, "", null));
const input = (n: number) => ({ traceId: `t${n}`, keys: [`id=${n}`] });
const row = (n: number, traceId: string | null = null) => ({
  object: object(String(n)),
  traceId,
  keys: [`id=${n}`],
  created: null,
});

describe("the outcomes of a batch", () => {
  it("are one for each input, and right, whatever the order and whatever is missing", () => {
    const fates = fc.array(
      fc.constantFrom("row", "error by trace id", "error by id", "missing"),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fates, fc.infiniteStream(fc.nat()), (list, keys) => {
        const shuffled = list
          .map((fate, n) => ({ fate, n, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key);
        const rows = shuffled
          .filter(({ fate }) => fate === "row")
          .map(({ n }) => row(n));
        const errors = shuffled
          .filter(({ fate }) => fate.startsWith("error"))
          .map(({ fate, n }) => ({
            traceIds: fate === "error by trace id" ? [`t${n}`] : [],
            ids: fate === "error by id" ? [String(n)] : [],
            error,
          }));
        const outcomes = matchOutcomes(
          list.map((_, n) => input(n)),
          rows,
          errors,
        );
        const kinds = new Map(outcomes.map((o) => [o.traceId, o.kind]));
        expect(outcomes).toHaveLength(list.length);
        list.forEach((fate, n) => {
          const kind =
            fate === "row"
              ? "result"
              : fate === "missing"
                ? "unknown"
                : "error";
          expect(kinds.get(`t${n}`)).toBe(kind);
        });
      }),
    );
  });

  it("take the one row and the one input that are left for each other", () => {
    const stray = { ...row(9), keys: [] };
    expect(
      matchOutcomes([input(1), input(2)], [row(1), stray], []),
    ).toMatchObject([
      { traceId: "t1", kind: "result" },
      { traceId: "t2", kind: "result", object: { id: "9" } },
    ]);
  });

  it("guess nothing where two inputs and one row are left", () => {
    const stray = { ...row(9), keys: [] };
    const kinds = matchOutcomes([input(1), input(2)], [stray], []).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(["unknown", "unknown"]);
  });

  it("know a row by its trace id before anything else", () => {
    expect(
      matchOutcomes([input(1), input(2)], [row(7, "t2")], []),
    ).toContainEqual(
      expect.objectContaining({ traceId: "t2", kind: "result" }),
    );
  });
});

describe("a batch that is refused whole", () => {
  const body = parseErrorBody(400, '{"message":"no"}', null);

  it("goes in halves down to the inputs that are refused, each sent at most eight times", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: 99 }), { maxLength: 6 }),
        async (bad) => {
          let calls = 0;
          const inputs = Array.from({ length: 100 }, (_, n) => n);
          const outcomes = await sendInHalves(inputs, {
            send: (batch) => {
              calls++;
              return batch.some((n) => bad.includes(n))
                ? Promise.reject(new RefusedError(body))
                : Promise.resolve(batch.map((n) => ({ n, kind: "done" })));
            },
            blamed: () => [],
            fallback: ({ input: n, kind }) => ({ n, kind }),
          });
          expect(outcomes.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(
            inputs,
          );
          for (const { n, kind } of outcomes) {
            expect(kind).toBe(bad.includes(n) ? "refused" : "done");
          }
          expect(calls).toBeLessThanOrEqual(1 + 14 * bad.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("throws what keeps it from being sent at all", async () => {
    const wait = new WaitError(new Date(0), "portal");
    const sending = sendInHalves([1], {
      send: () => Promise.reject(wait),
      blamed: () => [],
      fallback: ({ kind }) => kind,
    });
    await expect(sending).rejects.toBe(wait);
  });
});

describe("the rows of a batch read", () => {
  it("are explained by their ids and by the ids merged into them", () => {
    const survivor = object("9", {}, ["1", "2"]);
    const { found, unexplained } = explainRows(
      ["1", "2", "9", "5", "6"],
      [survivor],
      ["5"],
      undefined,
    );
    expect([...found].map(([id, answer]) => [id, answer?.id])).toEqual([
      ["1", "9"],
      ["2", "9"],
      ["9", "9"],
      ["5", undefined],
    ]);
    expect(unexplained).toEqual(["6"]);
  });

  it("never hide an object behind another's merged ids", () => {
    const { found } = explainRows(
      ["1"],
      [object("1"), object("9", {}, ["1"])],
      [],
      undefined,
    );
    expect(found.get("1")?.id).toBe("1");
  });

  it("of emails are known by additional ones; the rest is not there", () => {
    const { found, unexplained } = explainRows(
      ["second@b.c", "none@b.c"],
      [
        object("1", {
          email: "a@b.c",
          hs_additional_emails: "x@b.c;second@b.c",
        }),
      ],
      [],
      "email",
    );
    expect(found.get("second@b.c")?.id).toBe("1");
    expect(found.get("none@b.c")).toBeNull();
    expect(unexplained).toEqual([]);
  });
});
