import type { Board } from "../board.ts";
import type {
  FetchAnswer,
  FetchRequest,
  Properties,
} from "./extension-contract.ts";

export type { Board, BoardCard } from "../board.ts";
export type {
  DeskObjectType as ObjectType,
  DeskProperty as Property,
} from "../crm-properties.ts";
export type Owner = {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
};
export type Card = {
  uid: string;
  title: string;
  location: string;
  objectTypeIds: string[];
  url: string;
};
export type User = {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
};
export type Portal = {
  portalId: number;
  /** Who sits at the desk, and who else may. */
  user: User;
  users: User[];
  /** The app's settings page. */
  settings: { url: string } | null;
  owners: Owner[];
  cards: Card[];
  appId: number;
  appName: string;
  serverUrl: string;
};
export type Association = {
  toObjectTypeId: string;
  toObjectId: string;
  primary: boolean;
};
export type Neighbour = { id: string; name: string; primary: boolean };
export type Neighbours = { results: Neighbour[]; total: number };
export type CrmObject = {
  id: string;
  name: string;
  properties: Properties;
  archived: boolean;
  mergedInto: string | null;
  associations: Association[];
};
export type WorkspaceRecord = {
  id: string;
  properties: Record<string, unknown>;
  deletedAt?: string | null;
  sync?: { status: string; reason?: string | null };
};
export type RecordAnswer =
  | { state: "linked"; record: WorkspaceRecord }
  | { state: "none" | "not-installed" };
export type ListRow = { id: string; name: string; values: string[] };
export type ListPage = { results: ListRow[]; total: number; pages: number };
export type Pipeline = {
  id: string;
  label: string;
  stages: { id: string; label: string }[];
};
export type Automatic = { pull: boolean; push: boolean };
type Edge = {
  fromType: string;
  fromId: string;
  toType: string;
  toId: string;
  primary?: boolean;
};

/** A call that was refused, with the sentence to show. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function call<Answer>(
  path: string,
  method = "GET",
  body?: unknown,
): Promise<Answer> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.headers = { "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const response = await fetch(path, init);
  const answer = (await response.json().catch(() => ({}))) as Answer & {
    message?: string;
  };
  if (!response.ok)
    throw new Refused(
      response.status,
      answer.message ?? `The desk answered ${response.status}.`,
    );
  return answer;
}

/**
 * The desk's server, for one portal and the user whom the page's address names, if it names one. Each call throws Refused
 * with a sentence for the user.
 */
export function deskClient(portalId: string, user: string | null) {
  const who = user === null ? "" : `?user=${encodeURIComponent(user)}`;
  const base = `/desk/api/portals/${portalId}`;
  return {
    portal: () => call<Portal>(`${base}${who}`),
    list: (type: string, query: Record<string, string>) =>
      call<ListPage>(
        `${base}/objects/${type}?${new URLSearchParams(query).toString()}`,
      ),
    pipelines: (type: string) =>
      call<{ results: Pipeline[] }>(`${base}/pipelines/${type}`),
    board: (type: string, query: Record<string, string>) =>
      call<Board>(
        `${base}/objects/${type}/board?${new URLSearchParams(query).toString()}`,
      ),
    create: (type: string, properties: Record<string, string>) =>
      call<{ id: string }>(`${base}/objects/${type}`, "POST", { properties }),
    object: (type: string, id: string) =>
      call<CrmObject>(`${base}/objects/${type}/${id}`),
    near: (type: string, id: string, other: string) =>
      call<Neighbours>(`${base}/objects/${type}/${id}/near/${other}`),
    update: (type: string, id: string, properties: Record<string, string>) =>
      call(`${base}/objects/${type}/${id}`, "PATCH", { properties }),
    delete: (type: string, id: string) =>
      call(`${base}/objects/${type}/${id}`, "DELETE"),
    restore: (type: string, id: string) =>
      call(`${base}/objects/${type}/${id}/restore`, "POST", {}),
    privacyDelete: (type: string, id: string) =>
      call(`${base}/objects/${type}/${id}/privacy-delete`, "POST", {}),
    merge: (type: string, id: string, other: string) =>
      call<{ id: string }>(`${base}/objects/${type}/${id}/merge`, "POST", {
        other,
      }),
    associate: (edge: Edge) => call(`${base}/associations`, "PUT", edge),
    dissociate: (edge: Edge) => call(`${base}/associations`, "DELETE", edge),
    /** `known` is the id of the record shown so far: with it the app's server is not asked which one is linked. */
    record: (type: string, id: string, known: string | null) =>
      call<RecordAnswer>(
        `${base}/objects/${type}/${id}/record${known ? `?recordId=${known}` : ""}`,
      ),
    updateRecord: (
      records: string,
      id: string,
      properties: Record<string, unknown>,
    ) => call(`${base}/records/${records}/${id}`, "PATCH", { properties }),
    deleteRecord: (records: string, id: string) =>
      call(`${base}/records/${records}/${id}`, "DELETE"),
    automatic: () =>
      call<{ automatic: Automatic | null }>(`${base}/automatic-sync`),
    setAutomatic: (automatic: Automatic) =>
      call<{ automatic: Automatic }>(
        `${base}/automatic-sync`,
        "PUT",
        automatic,
      ),
    /** A card's `hubspot.fetch`, carried by the desk as HubSpot's proxy would. Never throws. */
    proxy: (request: FetchRequest) =>
      call<FetchAnswer>(`/desk/proxy/${portalId}${who}`, "POST", request).catch(
        (error: unknown): FetchAnswer => ({
          ok: false,
          reason: error instanceof Error ? error.message : String(error),
        }),
      ),
  };
}

export type DeskClient = ReturnType<typeof deskClient>;
