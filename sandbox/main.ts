import { z } from "zod";
import { startSandbox } from "./app.ts";

const environmentSchema = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4310),
  /** The address of the app's server: where install pages are and webhooks go. */
  PUBLIC_URL: z.url().default("http://127.0.0.1:4300"),
  HUBSPOT_APP_ID: z.coerce.number().int(),
  HUBSPOT_CLIENT_ID: z.string().min(1),
  HUBSPOT_CLIENT_SECRET: z.string().min(1),
  /** Starts the desk there, too. */
  DESK_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** Of the waits between a webhook's retries: 1 is HubSpot's 24 hours. */
  SANDBOX_TIME_SCALE: z.coerce.number().positive().default(0.01),
});

const environment = environmentSchema.safeParse(process.env);
if (!environment.success) {
  console.error(
    `The sandbox needs the app's identity in its environment.\n${z.prettifyError(environment.error)}`,
  );
  process.exit(1);
}
const {
  HOST,
  PORT,
  PUBLIC_URL,
  HUBSPOT_APP_ID,
  HUBSPOT_CLIENT_ID,
  HUBSPOT_CLIENT_SECRET,
  SANDBOX_TIME_SCALE,
  DESK_PORT,
} = environment.data;

const sandbox = await startSandbox({
  host: HOST,
  port: PORT,
  publicUrl: PUBLIC_URL,
  app: {
    appId: HUBSPOT_APP_ID,
    clientId: HUBSPOT_CLIENT_ID,
    clientSecret: HUBSPOT_CLIENT_SECRET.split(",").map((secret) =>
      secret.trim(),
    ),
  },
  webhooks: { timeScale: SANDBOX_TIME_SCALE },
  ...(DESK_PORT === undefined ? {} : { desk: true, deskPort: DESK_PORT }),
});
console.log(`sandbox listening on ${sandbox.url}`);
if (sandbox.deskUrl !== null)
  console.log(`desk listening on ${sandbox.deskUrl}`);

const stop = (): void => {
  sandbox.close().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
