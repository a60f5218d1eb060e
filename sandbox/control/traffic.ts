import { z } from "zod";
import type { WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import { control, ControlError, readJson } from "./parse.ts";

const flushSchema = z.strictObject({
  timeoutMs: z.number().min(0).max(300_000).default(30_000),
});

/** Control paths about what went over the wire: calls made to us, notifications sent by us. */
export function trafficRoutes(platform: Platform): readonly WebRoute[] {
  return [
    /** `late`: calls that are still to land because of a fault. */
    control("GET", "/requests", () => ({
      status: 200,
      body: { rows: platform.requests.rows(), late: platform.late.waiting },
    })),
    control("DELETE", "/requests", () => {
      platform.requests.clear();
      return { status: 204 };
    }),
    control("GET", "/webhooks", () => ({
      status: 200,
      body: platform.webhooks.counts(),
    })),
    control("POST", "/webhooks/flush", async (call) => {
      const { timeoutMs } = readJson(flushSchema, call);
      const end = await platform.webhooks.flush(timeoutMs);
      if (end === "paused")
        throw new ControlError(409, "webhooks are paused by a fault");
      if (end === "late")
        throw new ControlError(
          504,
          `${platform.webhooks.waiting} still wait after ${timeoutMs} ms`,
        );
      const { sent, failed, waiting, lost } = platform.webhooks.counts();
      return { status: 200, body: { sent, failed, waiting, lost } };
    }),
  ];
}
