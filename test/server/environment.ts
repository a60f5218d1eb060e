/** An environment that a test's server starts with; nothing in it reaches a real HubSpot. */
export function environmentFor(
  databaseUrl: string,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    PORT: "0",
    DATABASE_URL: databaseUrl,
    HUBSPOT_API_URL: "http://127.0.0.1:9",
    HUBSPOT_AUTHORIZE_URL: "http://127.0.0.1:9/oauth/authorize",
    HUBSPOT_APP_ID: "4711",
    HUBSPOT_CLIENT_ID: "client-of-tests",
    HUBSPOT_CLIENT_SECRET: "secret-of-tests",
    TOKEN_KEY: `test:${Buffer.alloc(32, 7).toString("base64")}`,
    LOG_LEVEL: "silent",
    ...more,
  };
}
