import { identity } from "../acceptance/world.ts";
import { mutate } from "./mutate.ts";
import { oddValue } from "./odd-values.ts";
import type { Random } from "./random.ts";
import { Raw, writeJson } from "./raw-json.ts";
import type { Shot, Target } from "./shot.ts";

/** A card's question or press, its query and its body changed in some places. */
export function cardShot(target: Target, random: Random): Shot {
  const who = {
    userId: "7",
    portalId: String(target.portalId),
    userEmail: "ada@example.com",
    appId: String(identity.appId),
  };
  const objectId = random.pick(target.objectIds);
  const subject = {
    objectTypeId: random.pick(["0-1", "0-2", "0-3"]),
    objectId,
  };
  const action = random.pick(["sync", "pull", "push", "retry", "resolve"]);
  if (random.chance(0.5)) {
    const question = random.pick([
      { path: "/ui/card", query: subject },
      { path: "/ui/card/value", query: { ...subject, field: "email" } },
      { path: "/ui/card/run", query: { runId: random.pick(target.recordIds) } },
    ]);
    return {
      client: "card",
      method: "GET",
      path: `${question.path}?${queryOf({ ...question.query, ...who }, random)}`,
      headers: {},
      body: null,
    };
  }
  const body = {
    ...subject,
    version: random.pick(["v", "1", "x".repeat(64)]),
    requestId: `fuzz-${random.below(50)}`,
    ...(action === "retry" || action === "resolve"
      ? { attentionId: random.pick(target.recordIds) }
      : { confirmed: random.chance(0.5) }),
    ...(action === "resolve" ? { choice: "hubspot" } : {}),
  };
  const changed = random.chance(0.8)
    ? mutate(body, random, [...target.objectIds, ...target.recordIds])
    : body;
  return {
    client: "card",
    method: "POST",
    path: `/ui/card/${action}?${queryOf(who, random)}`,
    headers: { "content-type": "application/json" },
    body: Buffer.from(writeJson(changed)),
  };
}

/** A query, one in four times with a parameter that is odd, gone, or there twice. */
export function queryOf(
  parameters: Readonly<Record<string, string>>,
  random: Random,
): string {
  const pairs = Object.entries(parameters);
  if (pairs.length > 0 && random.chance(0.25)) {
    const at = random.below(pairs.length);
    const [name = ""] = pairs[at] ?? [];
    const odd = oddValue(random, []);
    const text = odd instanceof Raw ? odd.text : JSON.stringify(odd);
    const pair: [string, string] = [name, (text ?? "").slice(0, 2_000)];
    switch (random.below(3)) {
      case 0:
        pairs.splice(at, 1);
        break;
      case 1:
        pairs.push(pair);
        break;
      default:
        pairs[at] = pair;
    }
  }
  return pairs
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`,
    )
    .join("&");
}
