import { describe, expect, it } from "vitest";
import { CookieJar } from "../../sandbox/control/cookie-jar.ts";

const callback = new URL("http://app.example:4300/oauth/callback");

describe("the cookies of the install flow", () => {
  it("go back to the host and path they came from", () => {
    const jar = new CookieJar();
    jar.store(callback, [
      "mark=a=b; Path=/oauth; HttpOnly",
      "other=1; Path=/ui",
    ]);
    expect(jar.header(callback)).toBe("mark=a=b");
    expect(jar.header(new URL("http://app.example:4301/oauth/callback"))).toBe(
      "",
    );
    expect(jar.header(new URL("http://app.example:4300/"))).toBe("");
  });

  it("are replaced and forgotten", () => {
    const jar = new CookieJar();
    jar.store(callback, ["mark=one; Path=/oauth"]);
    jar.store(callback, ["mark=two; Path=/oauth"]);
    expect(jar.header(callback)).toBe("mark=two");
    jar.store(callback, ["mark=two; Path=/oauth; Max-Age=0"]);
    expect(jar.header(callback)).toBe("");
  });
});
