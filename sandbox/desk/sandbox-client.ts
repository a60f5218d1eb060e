import { z } from "zod";
import { callJson } from "./json-client.ts";
import type { JsonCall } from "./json-client.ts";
import { Refusal } from "./refusal.ts";

const TYPE_IDS: Readonly<Record<string, string>> = {
  contacts: "0-1",
  companies: "0-2",
  deals: "0-3",
};

const edgeSchema = z
  .object({ toType: z.string(), toId: z.string(), primary: z.boolean() })
  .transform(({ toType, toId, primary }) => ({
    toObjectTypeId: TYPE_IDS[toType] ?? toType,
    toObjectId: toId,
    primary,
  }));

/** An association as the desk shows it. */
export type Edge = z.infer<typeof edgeSchema>;

const objectSchema = z.object({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  associations: z.array(edgeSchema),
  archived: z.boolean(),
  mergedInto: z.string().nullable(),
});

/** An object as the sandbox holds it. */
export type SandboxObject = z.infer<typeof objectSchema>;

const userSchema = z.object({
  id: z.number(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
});

const portalSchema = z.object({
  users: z.array(userSchema.extend({ active: z.boolean() })),
  owners: z.array(
    z.object({
      id: z.string(),
      email: z.string(),
      firstName: z.string(),
      lastName: z.string(),
    }),
  ),
});

const pipelineSchema = z.object({
  id: z.string(),
  label: z.string(),
  stages: z.array(z.object({ id: z.string(), label: z.string() })),
});

/** A pipeline with its stages, in HubSpot's order. */
export type Pipeline = z.infer<typeof pipelineSchema>;

export type PortalUser = z.infer<typeof userSchema>;
export type PortalInfo = z.infer<typeof portalSchema>;

const installationSchema = z.object({
  apiKey: z.string(),
  serverUrl: z.string(),
});
export type Installation = z.infer<typeof installationSchema>;

/** What a HubSpot user does in a portal, by the sandbox's control paths. Throws Refusal. */
export class SandboxClient {
  readonly #base: string;

  constructor(sandboxUrl: string) {
    this.#base = sandboxUrl.replace(/\/+$/, "");
  }

  #call(path: string, call?: JsonCall): Promise<unknown> {
    return callJson(`${this.#base}/sandbox/${path}`, call);
  }

  /** What is there, or null where nothing is. */
  async #find(path: string): Promise<unknown> {
    try {
      return await this.#call(path);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null;
      throw error;
    }
  }

  async portals(): Promise<number[]> {
    const body = z.looseObject({
      results: z.array(z.looseObject({ portalId: z.number() })),
    });
    return body
      .parse(await this.#call("portals"))
      .results.map(({ portalId }) => portalId);
  }

  async portal(portalId: number): Promise<PortalInfo> {
    return portalSchema.parse(await this.#call(`portals/${portalId}`));
  }

  /** What the app answered when it was installed in the portal, or null where it is not. */
  async installation(portalId: number): Promise<Installation | null> {
    const found = await this.#find(`portals/${portalId}/installation`);
    return found === null ? null : installationSchema.parse(found);
  }

  /** The pipelines of a type that are in use. */
  async pipelines(portalId: number, typeId: string): Promise<Pipeline[]> {
    const body = await this.#call(`portals/${portalId}/pipelines/${typeId}`);
    return z.object({ results: z.array(pipelineSchema) }).parse(body).results;
  }

  /** All objects of a type, without the ones merged into another. */
  async list(
    portalId: number,
    typeId: string,
    archived: boolean,
  ): Promise<SandboxObject[]> {
    const body = await this.#call(
      `portals/${portalId}/objects/${typeId}?archived=${archived}`,
    );
    const { results } = z
      .object({ results: z.array(objectSchema) })
      .parse(body);
    return results.filter(({ mergedInto }) => mergedInto === null);
  }

  /** One object, live, deleted or merged away (then with `mergedInto`); null when there never was one or it was erased. */
  async object(
    portalId: number,
    typeId: string,
    id: string,
  ): Promise<SandboxObject | null> {
    const found = await this.#find(
      `portals/${portalId}/objects/${typeId}/${id}`,
    );
    return found === null ? null : objectSchema.parse(found);
  }

  async create(
    portalId: number,
    typeId: string,
    body: object,
  ): Promise<SandboxObject> {
    return objectSchema.parse(
      await this.#call(`portals/${portalId}/objects/${typeId}`, {
        method: "POST",
        body,
      }),
    );
  }

  async update(
    portalId: number,
    typeId: string,
    id: string,
    properties: object,
  ): Promise<void> {
    const path = `portals/${portalId}/objects/${typeId}/${id}`;
    await this.#call(path, { method: "PATCH", body: { properties } });
  }

  async delete(portalId: number, typeId: string, id: string): Promise<void> {
    await this.#call(`portals/${portalId}/objects/${typeId}/${id}`, {
      method: "DELETE",
    });
  }

  async restore(portalId: number, typeId: string, id: string): Promise<void> {
    await this.#call(`portals/${portalId}/objects/${typeId}/${id}/restore`, {
      method: "POST",
      body: {},
    });
  }

  async privacyDelete(
    portalId: number,
    typeId: string,
    id: string,
  ): Promise<void> {
    await this.#call(
      `portals/${portalId}/objects/${typeId}/${id}/privacy-delete`,
      { method: "POST", body: {} },
    );
  }

  /** Merges `other` into `primary`; the survivor may have a new id. */
  async merge(
    portalId: number,
    typeId: string,
    primary: string,
    other: string,
  ): Promise<SandboxObject> {
    const body = { primaryObjectId: primary, objectIdToMerge: other };
    return objectSchema.parse(
      await this.#call(`portals/${portalId}/objects/${typeId}/merge`, {
        method: "POST",
        body,
      }),
    );
  }

  async associate(
    portalId: number,
    edge: object,
    method: "PUT" | "DELETE",
  ): Promise<void> {
    await this.#call(`portals/${portalId}/associations`, {
      method,
      body: edge,
    });
  }
}
