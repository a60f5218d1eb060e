import type { Project, ProjectFiles } from "./project.ts";
import { resolveProject } from "./project.ts";

export type AppIdentityOptions = {
  readonly appId: number;
  readonly clientId: string;
  /** Several while the secret is being rotated; the first signs. */
  readonly clientSecrets: readonly string[];
};

/** The one app that this sandbox knows: who it is, and what its project files say for the address it runs at now. */
export class AppIdentity {
  readonly appId: number;
  readonly clientId: string;
  readonly clientSecrets: readonly string[];
  #files: ProjectFiles;
  #publicUrl: string;
  #project: Project;

  constructor(
    options: AppIdentityOptions,
    files: ProjectFiles,
    publicUrl: string,
  ) {
    if (options.clientSecrets.length === 0)
      throw new Error("the app needs a client secret");
    this.appId = options.appId;
    this.clientId = options.clientId;
    this.clientSecrets = options.clientSecrets;
    this.#files = files;
    this.#publicUrl = withoutTrailingSlash(publicUrl);
    this.#project = resolveProject(files, this.#publicUrl);
  }

  get publicUrl(): string {
    return this.#publicUrl;
  }

  /** Manifest and subscriptions with the public address filled in. */
  get project(): Project {
    return this.#project;
  }

  /** The secret that signs what HubSpot sends. */
  get signingSecret(): string {
    const [secret] = this.clientSecrets;
    if (secret === undefined) throw new Error("the app has no client secret");
    return secret;
  }

  setPublicUrl(publicUrl: string): void {
    this.#publicUrl = withoutTrailingSlash(publicUrl);
    this.#project = resolveProject(this.#files, this.#publicUrl);
  }
}

function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
