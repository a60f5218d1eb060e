/** A call of the sandbox's control paths. Answers its JSON, `{}` when there is none; fails unless it is a success. */
export async function control(
  sandbox: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.url}/sandbox${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
