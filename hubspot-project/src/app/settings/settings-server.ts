import { ask } from "counterpart-kit/ask.ts";
import type { Answer } from "counterpart-kit/ask.ts";
import * as z from "zod/mini";
import type { SettingsDocument } from "./document.ts";
import {
  checkAnswer,
  countAnswer,
  effectsAnswer,
  foundAnswer,
  forecastAnswer,
  fieldAnswer,
  fieldsAnswer,
  fittingAnswer,
  installation,
  keyAnswer,
  madeFieldAnswer,
  optionsAnswer,
  ownersAnswer,
  pageAnswer,
  pipelinesAnswer,
  presetAnswer,
  propertiesAnswer,
  replayAnswer,
  reassignAnswer,
  runAnswer,
  savedAnswer,
  suggestionAnswer,
  testPushAnswer,
  trialAnswer,
  versionAnswer,
  versionsAnswer,
} from "./page-answer.ts";
import { peopleServerFor } from "./people-server.ts";
import type { PeopleServer } from "./people-server.ts";
import type {
  Check,
  Count,
  Effects,
  Found,
  FoundRecord,
  Field,
  Fittings,
  Installation,
  ObjectType,
  Option,
  Owners,
  OwnField,
  Page,
  Pipelines,
  Properties,
  Replay,
  Run,
  Trial,
  Step,
  Suggestion,
  Versions,
} from "./page-answer.ts";

/** Versions, or owners, that are listed at once. */
const PAGE = 25;
/** Owners that a list to choose from has; a search finds the others. */
const CHOICES = 100;

/** What changes the connection at once, without Save, or reads HubSpot again. */
export type Move = "start" | "hold" | "check-permissions" | "definitions";

/** A field to make. */
export type NewField = {
  name?: string;
  label?: string;
  type?: string;
  options?: Option[];
  /** The property that it has the type and options of. */
  fromProperty?: string;
};

/** What to change of a field. `force` removes options although records have them. */
export type FieldChange = {
  label?: string;
  type?: string;
  options?: Option[];
  force?: boolean;
};

/** The server's routes for the settings page. */
export type SettingsServer = {
  page: () => Promise<Answer<Page>>;
  /** What the first pull will do. */
  forecast: () => Promise<Answer<{ sentence: string }>>;
  /** What turning an optional type on will do. */
  typeForecast: (type: ObjectType) => Promise<Answer<{ sentence: string }>>;
  /** HubSpot's pipelines of a type, with what becomes of their records. */
  pipelines: (type: ObjectType) => Promise<Answer<Pipelines>>;
  /** What selecting a pipeline, or not, would do. Nothing is saved. */
  checkPipeline: (
    type: ObjectType,
    id: string,
    selected: boolean,
  ) => Promise<Answer<Effects>>;
  /** Selects a pipeline, or not, at once, if `version` is still the newest. */
  selectPipeline: (
    type: ObjectType,
    id: string,
    selected: boolean,
    version: number,
  ) => Promise<Answer<unknown>>;
  /** Marks a step of the set-up as done, or as not done. */
  mark: (step: Step, done: boolean) => Promise<Answer<unknown>>;
  /** HubSpot's properties of a type, without their options. */
  properties: (type: string) => Promise<Answer<Properties>>;
  options: (
    type: string,
    property: string,
  ) => Promise<Answer<{ results: Option[] }>>;
  /** The fields of a type; with a property, those that fit it. */
  fields: (
    type: string,
    property?: string,
  ) => Promise<Answer<{ results: Field[] }>>;
  /** A field of the product's own. */
  field: (type: string, name: string) => Promise<Answer<OwnField>>;
  /** How a field can be mapped with a property. */
  fitting: (
    type: string,
    property: string,
    field: string,
  ) => Promise<Answer<Fittings>>;
  /** Makes a field, by its description or for a property of HubSpot's. It exists from then on, without Save. */
  makeField: (
    type: ObjectType,
    field: NewField,
  ) => Promise<Answer<z.infer<typeof madeFieldAnswer>>>;
  /** Changes a field at once. */
  changeField: (
    type: ObjectType,
    name: string,
    change: FieldChange,
  ) => Promise<Answer<OwnField>>;
  /** Pairs of a field's values with the options of a property, by name. */
  suggest: (
    type: string,
    field: string,
    property: string,
  ) => Promise<Answer<Suggestion>>;
  /** The saved document with the switches of a preset. Nothing is saved. */
  preset: (name: string) => Promise<Answer<z.infer<typeof presetAnswer>>>;
  /** What saving a document would do. Nothing is saved. */
  check: (settings: SettingsDocument) => Promise<Answer<Check>>;
  /** What of the last day would have gone differently. Nothing is changed. */
  replay: (settings: SettingsDocument) => Promise<Answer<Replay>>;
  /** How many records that aren't synced meet a document's rules. */
  count: (
    type: string,
    flow: "pull" | "push",
    settings: SettingsDocument,
  ) => Promise<Answer<Count>>;
  /** Records of either side, by words of their name, email, or domain. */
  find: (type: string, words: string) => Promise<Answer<Found>>;
  /** What a document would do to one record. Nothing is changed. */
  tryOut: (
    type: string,
    record: FoundRecord,
    settings: SettingsDocument,
  ) => Promise<Answer<Trial>>;
  /** @param apply to bring changed mappings to existing records */
  save: (
    version: number,
    settings: SettingsDocument,
    apply: boolean,
  ) => Promise<Answer<z.infer<typeof savedAnswer>>>;
  versions: (cursor: string | null) => Promise<Answer<Versions>>;
  version: (version: number) => Promise<Answer<z.infer<typeof versionAnswer>>>;
  /** Saves the version `to` again, if `version` is still the newest. */
  rollBack: (
    version: number,
    to: number,
  ) => Promise<Answer<{ version: number }>>;
  /** HubSpot's owners and users without one; `state` is "" for all. */
  owners: (
    state: string,
    search: string,
    cursor: string | null,
  ) => Promise<Answer<Owners>>;
  /** Owners who can be assigned, without counts. */
  ownerChoices: (search: string) => Promise<Answer<Owners>>;
  /** Gives all records of some emails to the owner with another one. Acts at once. */
  reassign: (
    from: readonly string[],
    to: string,
  ) => Promise<Answer<z.infer<typeof reassignAnswer>>>;
  testPush: (type: string) => Promise<Answer<z.infer<typeof testPushAnswer>>>;
  run: (runId: string) => Promise<Answer<Run>>;
  move: (move: Move) => Promise<Answer<Installation>>;
  newKey: (keepOldForAnHour: boolean) => Promise<Answer<{ apiKey: string }>>;
  uninstall: () => Promise<Answer<unknown>>;
  people: PeopleServer;
};

/** Routes of the server at `origin` (no trailing slash). */
export function settingsServerFor(origin: string): SettingsServer {
  const settings = `${origin}/ui/settings`;
  const connection = `${origin}/ui/installation`;
  const owners = `${origin}/ui/owners`;
  const query = (parts: Record<string, string>) =>
    new URLSearchParams(parts).toString();
  return {
    page: () => ask(pageAnswer, `${settings}/page`),
    forecast: () => ask(forecastAnswer, `${settings}/first-pull`),
    typeForecast: ({ route }) =>
      ask(forecastAnswer, `${connection}/first-pull/${route}`),
    pipelines: ({ route }) =>
      ask(pipelinesAnswer, `${origin}/ui/pipelines/${route}`),
    checkPipeline: ({ route }, id, selected) =>
      ask(
        effectsAnswer,
        `${origin}/ui/pipelines/${route}/${encodeURIComponent(id)}/check`,
        { selected },
      ),
    selectPipeline: ({ route }, id, selected, version) =>
      ask(
        z.unknown(),
        `${origin}/ui/pipelines/${route}/${encodeURIComponent(id)}`,
        { selected, version },
        "PATCH",
      ),
    mark: (step, done) => ask(z.unknown(), `${settings}/steps`, { step, done }),
    properties: (objectType) =>
      ask(propertiesAnswer, `${settings}/properties?${query({ objectType })}`),
    options: (objectType, property) =>
      ask(
        optionsAnswer,
        `${settings}/options?${query({ objectType, property })}`,
      ),
    fields: (objectType, property) =>
      ask(
        fieldsAnswer,
        `${settings}/fields?${query({ objectType, ...(property === undefined ? {} : { property }) })}`,
      ),
    field: (objectType, field) =>
      ask(fieldAnswer, `${settings}/field?${query({ objectType, field })}`),
    fitting: (objectType, property, field) =>
      ask(
        fittingAnswer,
        `${settings}/fitting?${query({ objectType, property, field })}`,
      ),
    makeField: ({ route }, field) =>
      ask(madeFieldAnswer, `${origin}/ui/fields/${route}`, field),
    changeField: ({ route }, name, change) =>
      ask(
        fieldAnswer,
        `${origin}/ui/fields/${route}/${encodeURIComponent(name)}`,
        change,
        "PATCH",
      ),
    suggest: (objectType, field, property) =>
      ask(suggestionAnswer, `${settings}/suggest-options`, {
        objectType,
        field,
        property,
      }),
    preset: (name) => ask(presetAnswer, `${settings}/presets/${name}`),
    check: (document) =>
      ask(checkAnswer, `${settings}/check`, { settings: document }),
    replay: (document) =>
      ask(replayAnswer, `${settings}/replay`, { settings: document }),
    count: (objectType, flow, document) =>
      ask(countAnswer, `${settings}/count`, {
        settings: document,
        objectType,
        flow,
      }),
    find: (objectType, q) =>
      ask(foundAnswer, `${settings}/find?${query({ objectType, q })}`),
    tryOut: (objectType, { recordId, hubspotId }, document) =>
      ask(trialAnswer, `${settings}/try`, {
        settings: document,
        objectType,
        ...(recordId === null ? { objectId: hubspotId } : { recordId }),
      }),
    save: (version, document, apply) =>
      ask(
        savedAnswer,
        settings,
        {
          version,
          settings: document,
          ...(apply ? { apply: "existing" } : {}),
        },
        "PUT",
      ),
    versions: (cursor) =>
      ask(
        versionsAnswer,
        `${settings}/versions?${query({
          limit: String(PAGE),
          ...(cursor === null ? {} : { cursor }),
        })}`,
      ),
    version: (version) => ask(versionAnswer, `${settings}/versions/${version}`),
    rollBack: (version, to) =>
      ask(savedAnswer, `${settings}/roll-back`, { version, to }),
    owners: (state, search, cursor) =>
      ask(
        ownersAnswer,
        `${owners}?${query({
          limit: String(PAGE),
          ...(state === "" ? {} : { state }),
          ...(search === "" ? {} : { q: search }),
          ...(cursor === null ? {} : { cursor }),
        })}`,
      ),
    ownerChoices: (search) =>
      ask(
        ownersAnswer,
        `${owners}?${query({
          limit: String(CHOICES),
          state: "active",
          records: "none",
          ...(search.trim() === "" ? {} : { q: search.trim() }),
        })}`,
      ),
    reassign: (from, to) =>
      ask(reassignAnswer, `${owners}/reassign`, { from: [...from], to }),
    testPush: (objectType) =>
      ask(testPushAnswer, `${settings}/test-push`, { objectType }),
    run: (runId) => ask(runAnswer, `${origin}/ui/card/run?${query({ runId })}`),
    move: (move) => ask(installation, `${connection}/${move}`, {}),
    newKey: (keepOldForAnHour) =>
      ask(keyAnswer, `${connection}/api-key`, { keepOldForAnHour }),
    uninstall: () => ask(z.unknown(), connection, undefined, "DELETE"),
    people: peopleServerFor(origin),
  };
}
