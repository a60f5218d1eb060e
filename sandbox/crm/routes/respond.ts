import type { Answer } from "../answer.ts";
import type { Call } from "../call.ts";
import type { Actor } from "../events.ts";
import type { Writer } from "../objects/prepare.ts";
import { isoTime } from "../time.ts";

/** An answer with a body: an object, or JSON text. */
export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

export const noContent: Answer = { status: 204 };

/** Who a change by this call is from: the app, acting for the user who installed it. */
export function actorOf(call: Call): Actor {
  return {
    changeSource: "INTEGRATION",
    sourceId: String(call.token.appId),
    userId: call.token.userId,
  };
}

/** By which way in a write of this call comes: apps obey an admin's rules from version 2026-09 on. */
export function writerOf({ path }: Call): Writer {
  return { isApp: true, obeysRules: path.startsWith("/crm/objects/2026-09/") };
}

/**
 * A batch answer around results that are JSON text already.
 * @param status what it answers when everything went well
 */
export function batchAnswer(
  call: Call,
  startedAt: number,
  results: readonly string[],
  errors: readonly unknown[] = [],
  status = 200,
): Answer {
  const times = `"startedAt":"${isoTime(startedAt)}","completedAt":"${isoTime(call.portal.now())}"`;
  const failed =
    errors.length === 0
      ? ""
      : `,"numErrors":${String(errors.length)},"errors":${JSON.stringify(errors)}`;
  const body = `{"status":"COMPLETE","results":[${results.join(",")}]${failed},${times}}`;
  const partial = call.portal.options.partialStatus === 207 ? 207 : status;
  return { status: errors.length === 0 ? status : partial, body };
}
