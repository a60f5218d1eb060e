import { Router } from "express";
import { z } from "zod";
import {
  listOptions,
  listProperties,
} from "../../sync/installation/property-list.ts";
import { parseInput } from "../api/parse.ts";
import { typeSchema } from "../api/schemas.ts";
import { askerIn } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { declaredField, fittingWith, listNamedFields } from "./fields.ts";
import { readInWords } from "./read-in-words.ts";

const ofType = z.object({ objectType: typeSchema });
const ofProperty = ofType.extend({ property: z.string().min(1).max(200) });
const ofFittingFields = ofProperty.partial({ property: true });
const ofField = ofType.extend({ field: z.string().min(1).max(200) });

/** HubSpot's properties and their options, the product's fields, and which fit which. */
export function mappingRoutes(parts: HttpDependencies): Router {
  const router = Router();

  router.get("/settings/properties", async (request, response) => {
    const { portalId } = askerIn(response);
    const { objectType } = parseInput(ofType, request.query, "query");
    const list = await parts.database.inPortal(portalId, (db) =>
      listProperties(db, portalId, objectType),
    );
    response.json(list);
  });

  router.get("/settings/options", async (request, response) => {
    const { portalId } = askerIn(response);
    const { objectType, property } = parseInput(
      ofProperty,
      request.query,
      "query",
    );
    const results = await parts.database.inPortal(portalId, (db) =>
      listOptions(db, portalId, objectType, property),
    );
    response.json({ results });
  });

  router.get("/settings/fields", async (request, response) => {
    const { portalId } = askerIn(response);
    const query = parseInput(ofFittingFields, request.query, "query");
    const list = await parts.database.inPortal(portalId, (db) =>
      listNamedFields(db, portalId, query.objectType, query.property ?? null),
    );
    response.json(list);
  });

  router.get("/settings/field", async (request, response) => {
    const { portalId } = askerIn(response);
    const { objectType, field } = parseInput(ofField, request.query, "query");
    const found = await parts.database.inPortal(portalId, (db) =>
      declaredField(db, portalId, objectType, field),
    );
    response.json(found);
  });

  router.get("/settings/fitting", async (request, response) => {
    const { portalId } = askerIn(response);
    const { objectType, property, field } = parseInput(
      ofProperty.extend(ofField.shape),
      request.query,
      "query",
    );
    response.json(
      await readInWords(parts, portalId, (db) =>
        fittingWith(db, portalId, objectType, { property, field }),
      ),
    );
  });

  return router;
}
