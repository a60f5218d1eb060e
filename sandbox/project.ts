import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const subscription = z.object({
  subscriptionType: z.string(),
  objectType: z.string().optional(),
  propertyName: z.string().optional(),
  active: z.boolean().default(true),
});

const mostSubscriptions = 1000;

const manifestSchema = z.object({
  config: z.object({
    name: z.string().default("App"),
    auth: z.object({
      redirectUrls: z.array(z.string()).min(1),
      requiredScopes: z.array(z.string()),
      optionalScopes: z.array(z.string()).default([]),
      conditionallyRequiredScopes: z.array(z.string()).default([]),
    }),
    permittedUrls: z
      .object({
        fetch: z.array(z.string()).default([]),
        iframe: z.array(z.string()).default([]),
        img: z.array(z.string()).default([]),
      })
      .default({ fetch: [], iframe: [], img: [] }),
  }),
});

const webhooksSchema = z.object({
  config: z.object({
    settings: z.object({
      targetUrl: z.string(),
      maxConcurrentRequests: z.number().int().min(1).default(10),
    }),
    subscriptions: z
      .object({
        crmObjects: z.array(subscription).default([]),
        legacyCrmObjects: z.array(subscription).default([]),
        hubEvents: z.array(subscription).default([]),
      })
      .refine(
        (lists) => Object.values(lists).flat().length <= mostSubscriptions,
        `Couldn't create another subscription. You've reached the maximum number allowed per application (${mostSubscriptions}).`,
      ),
  }),
});

/** `app-hsmeta.json`, as far as HubSpot's OAuth pages and proxy go by it. */
export type AppManifest = z.infer<typeof manifestSchema>;
/** `webhooks-hsmeta.json`. */
export type WebhooksManifest = z.infer<typeof webhooksSchema>;
/** Files as they are written, `${API_ORIGIN}` still in them. */
export type ProjectFiles = {
  readonly manifest: unknown;
  readonly webhooks: unknown;
};

export type Project = {
  readonly manifest: AppManifest;
  readonly webhooks: WebhooksManifest;
};

const ownProject = fileURLToPath(
  new URL("../hubspot-project/src/", import.meta.url),
);

/** Reads the app's files from a HubSpot project's source folder; by default the one of this repository. */
export async function readProjectFiles(
  folder: string = ownProject,
): Promise<ProjectFiles> {
  const [manifest, webhooks] = await Promise.all([
    readJson(join(folder, "app/app-hsmeta.json")),
    readJson(join(folder, "app/webhooks/webhooks-hsmeta.json")),
  ]);
  return { manifest, webhooks };
}

/** Puts the server's address in for `${API_ORIGIN}`, as HubSpot's project profiles do, and checks the shape. Throws ZodError. */
export function resolveProject(
  files: ProjectFiles,
  publicUrl: string,
): Project {
  return {
    manifest: manifestSchema.parse(substitute(files.manifest, publicUrl)),
    webhooks: webhooksSchema.parse(substitute(files.webhooks, publicUrl)),
  };
}

function substitute(value: unknown, publicUrl: string): unknown {
  if (typeof value === "string")
    return value.replaceAll("${API_ORIGIN}", publicUrl);
  if (Array.isArray(value))
    return value.map((item: unknown) => substitute(item, publicUrl));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        substitute(item, publicUrl),
      ]),
    );
  return value;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}
