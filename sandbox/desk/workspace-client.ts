import { z } from "zod";
import { callJson } from "./json-client.ts";
import type { JsonCall } from "./json-client.ts";
import { Refusal } from "./refusal.ts";
import type { Installation } from "./sandbox-client.ts";

const recordSchema = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.unknown()),
  sync: z
    .looseObject({ status: z.string(), reason: z.string().nullish() })
    .optional(),
  deletedAt: z.string().nullish(),
});
/** A record as `/api/v1` gives it. */
export type WorkspaceRecord = z.infer<typeof recordSchema>;

const settingsSchema = z.looseObject({
  version: z.number(),
  settings: z.looseObject({
    automatic: z.object({ pull: z.boolean(), push: z.boolean() }),
  }),
});
export type Automatic = { pull: boolean; push: boolean };

/** What the product's user does with records, by the server's `/api/v1` and a portal's key. Throws Refusal. */
export class WorkspaceClient {
  readonly #base: string;
  readonly #headers: Record<string, string>;

  constructor({ apiKey, serverUrl }: Installation) {
    this.#base = `${serverUrl.replace(/\/+$/, "")}/api/v1`;
    this.#headers = { authorization: `Bearer ${apiKey}` };
  }

  #call(path: string, call: JsonCall = {}): Promise<unknown> {
    return callJson(`${this.#base}/${path}`, {
      ...call,
      headers: this.#headers,
    });
  }

  /** The record, or null where it is gone. */
  async record(type: string, id: string): Promise<WorkspaceRecord | null> {
    try {
      return recordSchema.parse(await this.#call(`${type}/${id}`));
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null;
      throw error;
    }
  }

  async update(type: string, id: string, properties: object): Promise<void> {
    await this.#call(`${type}/${id}`, {
      method: "PATCH",
      body: { properties },
    });
  }

  async delete(type: string, id: string): Promise<void> {
    await this.#call(`${type}/${id}`, { method: "DELETE" });
  }

  async automatic(): Promise<Automatic> {
    return settingsSchema.parse(await this.#call("settings")).settings
      .automatic;
  }

  /** Settings go back whole, under the version that was read; a 409 means that somebody else was quicker. */
  async setAutomatic(automatic: Automatic): Promise<Automatic> {
    const document = settingsSchema.parse(await this.#call("settings"));
    const body = { ...document, settings: { ...document.settings, automatic } };
    await this.#call("settings", { method: "PUT", body });
    return this.automatic();
  }
}
