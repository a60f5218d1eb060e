import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ConfigError, readConfig, warningsOf } from "../../server/config.ts";

const complete = {
  HUBSPOT_APP_ID: "4711",
  HUBSPOT_CLIENT_ID: "client",
  HUBSPOT_CLIENT_SECRET: "new-secret, old-secret",
  TOKEN_KEY: `b:${Buffer.alloc(32, 1).toString("base64")},a:${Buffer.alloc(32, 2).toString("base64")}`,
};

test("an environment with the secrets alone is complete", () => {
  const config = readConfig(complete);
  expect(config).toMatchObject({
    host: "127.0.0.1",
    port: 4300,
    publicUrl: null,
    databaseUrl: null,
    role: "all",
    setupWindowHours: 6,
    pullIntervalSeconds: 900,
    sweepIntervalSeconds: 86_400,
  });
  expect(config.hubspot.clientSecrets.map((secret) => secret.reveal())).toEqual(
    ["new-secret", "old-secret"],
  );
  expect(config.tokenKeys.map(({ id }) => id)).toEqual(["b", "a"]);
});

test.each([
  [{ HOST: "0.0.0.0" }, true],
  [{ HOST: "::" }, true],
  [{ HOST: "192.0.2.1" }, true],
  [{ HOST: "0.0.0.0", PUBLIC_URL: "https://counterpart.example" }, false],
  [{ HOST: "0.0.0.0", ROLE: "worker" }, false],
  [{ HOST: "127.0.0.2" }, false],
  [{ HOST: "::1" }, false],
  [{ HOST: "localhost" }, false],
  [{}, false],
])(
  "%j without the address that HubSpot uses is worth a warning: %s",
  (more, warns) => {
    const warnings = warningsOf(readConfig({ ...complete, ...more }));
    expect(warnings.map((text) => text.includes("PUBLIC_URL"))).toEqual(
      warns ? [true] : [],
    );
  },
);

test("fractions of hours and seconds are allowed, and addresses lose their trailing slash", () => {
  const config = readConfig({
    ...complete,
    SETUP_WINDOW_HOURS: "0.001",
    PULL_INTERVAL_SECONDS: "0.5",
    PUBLIC_URL: "https://sync.example.com/",
    HUBSPOT_API_URL: "",
  });
  expect(config.setupWindowHours).toBe(0.001);
  expect(config.pullIntervalSeconds).toBe(0.5);
  expect(config.publicUrl).toBe("https://sync.example.com");
  expect(config.hubspot.apiUrl).toBe("https://api.hubapi.com");
});

test.each([
  [undefined, 0],
  ["1", 1],
  [
    "loopback, 10.0.0.0/8,fd00::/8,192.0.2.7",
    ["loopback", "10.0.0.0/8", "fd00::/8", "192.0.2.7"],
  ],
])("TRUST_PROXY %s names the proxies in front", (given, trustProxy) => {
  expect(readConfig({ ...complete, TRUST_PROXY: given }).trustProxy).toEqual(
    trustProxy,
  );
});

test.each([
  "true",
  "-1",
  "10.0.0.0/33",
  "10.0.0.0/8/8",
  "everybody",
  "10.0.0.1,",
])("TRUST_PROXY %s is refused", (given) => {
  expect(
    messageOf(() => readConfig({ ...complete, TRUST_PROXY: given })),
  ).toContain("  TRUST_PROXY ");
});

test.each([
  "https://sync.example.com/counterpart",
  "https://user@sync.example.com",
  "https://sync.example.com?a=1",
  "nowhere",
])("PUBLIC_URL %s is refused: it is an origin", (given) => {
  expect(
    messageOf(() => readConfig({ ...complete, PUBLIC_URL: given })),
  ).toContain("  PUBLIC_URL ");
});

test("every bad key stands in one message, and no value does", () => {
  const bad = {
    ...complete,
    HUBSPOT_CLIENT_ID: "",
    HUBSPOT_CLIENT_SECRET: "",
    TOKEN_KEY: "a:c2hvcnQ=",
    PORT: "many",
    ROLE: "boss",
    PUBLIC_URL: "ftp://nowhere",
    DATABASE_URL: "mysql://user:hunter2@host/db",
    SETUP_WINDOW_HOURS: "-1",
  };
  const read = () => readConfig(bad);
  expect(read).toThrow(ConfigError);
  const message = messageOf(read);
  for (const key of [
    "HUBSPOT_CLIENT_ID",
    "HUBSPOT_CLIENT_SECRET",
    "TOKEN_KEY",
    "PORT",
    "ROLE",
    "PUBLIC_URL",
    "DATABASE_URL",
    "SETUP_WINDOW_HOURS",
  ]) {
    expect(message).toContain(`  ${key} `);
  }
  expect(message).not.toContain("hunter2");
  expect(message).not.toContain("c2hvcnQ");
});

test("a printed configuration shows neither secrets nor keys", () => {
  const config = readConfig(complete);
  const printed = `${inspect(config, { depth: 9 })} ${JSON.stringify(config)}`;
  expect(printed).not.toContain("new-secret");
  expect(printed).not.toContain(Buffer.alloc(32, 1).toString("base64"));
});

function messageOf(act: () => unknown): string {
  try {
    act();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
