import { Agent, get } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../../server/http/listener.ts";
import { createLog } from "../../../server/log.ts";

test.each(["before", "after"])(
  "a request under way is answered in full, and its kept connection does not hold up the end (stopped %s its answer began)",
  async (moment) => {
    const listener = await listen("127.0.0.1", 0, createLog("silent"));
    const asked = Promise.withResolvers<ServerResponse>();
    listener.serve((_request, response) => asked.resolve(response));
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const request = get(listener.url, { agent });
    const response = await asked.promise;
    if (moment === "after") response.write("all ");
    const begun = performance.now();
    const stopped = listener.stop();
    if (moment === "before") response.write("all ");
    response.end("of it");
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    answer.setEncoding("utf8");
    let text = "";
    for await (const part of answer) text += String(part);
    expect(text).toBe("all of it");
    await stopped;
    expect(performance.now() - begun).toBeLessThan(5_000);
  },
);
