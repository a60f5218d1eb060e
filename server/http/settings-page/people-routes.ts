import { Router } from "express";
import { z } from "zod";
import { parseInput } from "../api/parse.ts";
import { peopleQuery } from "../api/users.ts";
import { askerIn } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { peopleInput, readPeople } from "./people.ts";
import { readInWords } from "./read-in-words.ts";
import { readSyncUser, readSyncUserChoices } from "./sync-user.ts";

const searched = z.object({ q: peopleQuery });

/** The product's people, HubSpot's other users, and the sync user. */
export function peopleRoutes(parts: HttpDependencies): Router {
  const router = Router();

  router.get("/settings/people", async (request, response) => {
    const { portalId } = askerIn(response);
    const input = parseInput(peopleInput, request.query, "query");
    response.json(
      await readInWords(parts, portalId, (db) =>
        readPeople(db, portalId, input),
      ),
    );
  });

  router.get("/settings/sync-user", async (_request, response) => {
    const { portalId } = askerIn(response);
    response.json(
      await readInWords(parts, portalId, (db) => readSyncUser(db, portalId)),
    );
  });

  router.get("/settings/sync-user-choices", async (request, response) => {
    const { portalId } = askerIn(response);
    const { q } = parseInput(searched, request.query, "query");
    const choices = await parts.database.inPortal(portalId, (db) =>
      readSyncUserChoices(db, q),
    );
    response.json(choices);
  });

  return router;
}
