import { ask } from "counterpart-kit/ask.ts";
import type { Answer } from "counterpart-kit/ask.ts";
import * as z from "zod/mini";
import {
  choicesAnswer,
  linkAnswer,
  peopleAnswer,
  syncUserAnswer,
  writtenAnswer,
} from "./people-answer.ts";
import type { Choices, People, SyncUser } from "./people-answer.ts";

/** What a form about a person sends. */
export type PersonInput = {
  email?: string;
  name?: string;
  permissions?: string[];
  active?: boolean;
};

/** The server's routes about people. All but the reading ones act at once, without Save. */
export type PeopleServer = {
  /** People whose name or email contains `search`, by email, a page at a time. */
  list: (search: string, cursor: string | null) => Promise<Answer<People>>;
  add: (person: PersonInput) => Promise<Answer<{ id: string }>>;
  change: (id: string, person: PersonInput) => Promise<Answer<{ id: string }>>;
  /** An address where the person says in HubSpot who they are there. */
  link: (id: string) => Promise<Answer<{ url: string; expiresAt: string }>>;
  syncUser: () => Promise<Answer<SyncUser>>;
  /** People who can be the sync user. */
  syncUserChoices: (search: string) => Promise<Answer<Choices>>;
  /** Null: the user who connected HubSpot. */
  chooseSyncUser: (id: string | null) => Promise<Answer<unknown>>;
};

/** Routes of the server at `origin` (no trailing slash). */
export function peopleServerFor(origin: string): PeopleServer {
  const settings = `${origin}/ui/settings`;
  const users = `${origin}/ui/users`;
  const query = (parts: Record<string, string>) => {
    const given = Object.entries(parts).filter(([, value]) => value !== "");
    return given.length === 0
      ? ""
      : `?${new URLSearchParams(given).toString()}`;
  };
  return {
    list: (search, cursor) =>
      ask(
        peopleAnswer,
        `${settings}/people${query({ q: search.trim(), cursor: cursor ?? "" })}`,
      ),
    add: (person) => ask(writtenAnswer, users, person),
    change: (id, person) =>
      ask(writtenAnswer, `${users}/${id}`, person, "PATCH"),
    link: (id) => ask(linkAnswer, `${users}/${id}/link`, {}),
    syncUser: () => ask(syncUserAnswer, `${settings}/sync-user`),
    syncUserChoices: (search) =>
      ask(
        choicesAnswer,
        `${settings}/sync-user-choices${query({ q: search.trim() })}`,
      ),
    chooseSyncUser: (userId) =>
      ask(
        z.unknown(),
        `${origin}/ui/installation/sync-user`,
        { userId },
        "PUT",
      ),
  };
}
