import { Refusal, sentenceOf } from "./refusal.ts";

export type JsonCall = {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
};

/**
 * One call to a neighbour that talks JSON. Answers the parsed body (undefined for none).
 * Throws Refusal with the neighbour's status and sentence, 502 when it cannot be reached.
 */
export async function callJson(
  url: string,
  { method = "GET", headers = {}, body }: JsonCall = {},
): Promise<unknown> {
  const init: RequestInit = {
    method,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    redirect: "manual",
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, init);
    text = await response.text();
  } catch (cause) {
    throw new Refusal(
      502,
      `${new URL(url).origin} did not answer (${String(cause)}).`,
    );
  }
  const parsed = parse(text);
  if (!response.ok) {
    throw new Refusal(
      response.status,
      sentenceOf(
        parsed,
        `${method} ${new URL(url).pathname}: ${response.status}`,
      ),
    );
  }
  return parsed;
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
