import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import { proxyExtensionCall } from "../../../sandbox/desk/extension-proxy.ts";
import type { ProxyRequest } from "../../../sandbox/desk/extension-proxy.ts";
import { FakeAppServer, SECRET } from "./fake-app-server.ts";

const caller = {
  userId: 7,
  userEmail: "ada+x@portal.example",
  portalId: 1001,
  appId: 55,
};
let app: FakeAppServer;

beforeAll(async () => {
  app = await FakeAppServer.start();
});
afterAll(() => app.close());
beforeEach(() => {
  app.seen.length = 0;
  app.next.length = 0;
});

function call(
  request: Partial<ProxyRequest> & { path?: string } = {},
  permitted = [app.url],
) {
  const { path = "/ui/probe?objectId=5", ...rest } = request;
  const whole = {
    url: `${app.url}${path}`,
    method: "GET" as const,
    headers: {},
    ...rest,
  };
  return proxyExtensionCall(whole, caller, { permitted, secret: SECRET });
}

function answerNext(status: number, body: unknown = {}) {
  app.next.push({ path: "/", reply: { status, body } });
}

describe("hubspot.fetch, as the desk carries it", () => {
  test("appends who asks after the card's own query and signs the public address", async () => {
    answerNext(200, { fine: true });
    const answer = await call();
    expect(answer).toMatchObject({
      ok: true,
      status: 200,
      body: '{"fine":true}',
    });
    const [seen] = app.seen;
    const query = new URL(seen?.url ?? "", app.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      objectId: "5",
      userId: "7",
      portalId: "1001",
      userEmail: "ada+x@portal.example",
      appId: "55",
    });
    expect(seen && app.signed(seen)).toBe(true);
  });

  test("sends a body as JSON, with nothing but Authorization of the card's headers", async () => {
    answerNext(201, {});
    await call({
      method: "POST",
      body: { a: 1 },
      headers: { Authorization: "Bearer x" },
    });
    const [seen] = app.seen;
    expect(seen).toMatchObject({ method: "POST", body: '{"a":1}' });
    expect(seen?.headers).toMatchObject({
      "content-type": "application/json",
      authorization: "Bearer x",
    });
    expect(seen?.headers.cookie).toBeUndefined();
    expect(seen && app.signed(seen)).toBe(true);
  });

  test("refuses other headers, and calls nobody", async () => {
    const answer = await call({ headers: { "X-Mine": "1" } });
    expect(answer).toEqual({
      ok: false,
      reason: expect.stringContaining("X-Mine"),
    });
    expect(app.seen).toEqual([]);
  });

  test("refuses an address that is not permitted, and calls nobody", async () => {
    expect(await call({}, ["https://elsewhere.example"])).toMatchObject({
      ok: false,
    });
    expect(await call({}, [`${app.url}/other`])).toMatchObject({ ok: false });
    expect(app.seen).toEqual([]);
  });

  test("permits all paths of an origin, and what lies below a permitted path", async () => {
    answerNext(200);
    expect(await call({}, [app.url])).toMatchObject({ ok: true });
    answerNext(200);
    expect(await call({}, [`${app.url}/ui`])).toMatchObject({ ok: true });
  });

  test("asks once more after a 5xx, and gives the second answer whatever it is", async () => {
    answerNext(503);
    answerNext(200, { second: true });
    expect(await call()).toMatchObject({
      ok: true,
      status: 200,
      body: '{"second":true}',
    });
    answerNext(500);
    answerNext(502);
    expect(await call()).toMatchObject({ ok: true, status: 502 });
    expect(app.seen).toHaveLength(4);
  });

  test("does not ask again after a refusal", async () => {
    answerNext(422, { title: "No" });
    expect(await call()).toMatchObject({
      ok: true,
      status: 422,
      body: '{"title":"No"}',
    });
    expect(app.seen).toHaveLength(1);
  });

  test("says so when nobody answers", async () => {
    const gone = await FakeAppServer.start();
    await gone.close();
    const answer = await call({ url: `${gone.url}/ui/probe` }, [gone.url]);
    expect(answer).toEqual({
      ok: false,
      reason: "The app's server could not be reached.",
    });
  });

  test("gives up at the card's timeout, without a second try", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    app.next.push({
      path: "/",
      reply: { status: 200, body: {}, wait: promise },
    });
    const given = call({ timeout: 1500 });
    await expect.poll(() => app.seen.length).toBe(1);
    expect(await given).toEqual({
      ok: false,
      reason: "The app's server took too long.",
    });
    expect(app.seen).toHaveLength(1);
    resolve();
  });

  test("follows no redirect", async () => {
    app.next.push({
      path: "/",
      reply: {
        status: 302,
        body: {},
        headers: { location: `${app.url}/other` },
      },
    });
    expect(await call()).toMatchObject({ ok: true, status: 302 });
    expect(app.seen).toHaveLength(1);
  });

  test("lets through a megabyte each way and not more", async () => {
    const fits = "x".repeat(999_900);
    const tooMuch = "x".repeat(1_000_001);
    answerNext(200, fits);
    expect(await call({ method: "POST", body: { fits } })).toMatchObject({
      ok: true,
    });
    expect(await call({ method: "POST", body: { tooMuch } })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("request is larger"),
    });
    answerNext(200, tooMuch);
    expect(await call()).toMatchObject({
      ok: false,
      reason: expect.stringContaining("answer is larger"),
    });
  });
});
