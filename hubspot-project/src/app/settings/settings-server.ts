import { ask } from "counterpart-kit/ask.ts";
import type { Answer } from "counterpart-kit/ask.ts";
import * as z from "zod/mini";
import type { SettingsDocument } from "./document.ts";
import {
  checkAnswer,
  installation,
  keyAnswer,
  optionsAnswer,
  pageAnswer,
  presetAnswer,
  propertiesAnswer,
  runAnswer,
  savedAnswer,
  testPushAnswer,
  versionAnswer,
  versionsAnswer,
} from "./page-answer.ts";
import type {
  Check,
  Installation,
  Option,
  Page,
  Properties,
  Run,
  Versions,
} from "./page-answer.ts";

/** Versions that are listed at once. */
const VERSIONS = 25;

/** What changes the connection at once, without Save. */
export type Move = "start" | "hold" | "check-permissions";

/** The server's routes for the settings page. */
export type SettingsServer = {
  page: () => Promise<Answer<Page>>;
  /** HubSpot's properties of a type, without their options. */
  properties: (type: string) => Promise<Answer<Properties>>;
  options: (
    type: string,
    property: string,
  ) => Promise<Answer<{ results: Option[] }>>;
  /** The saved document with the switches of a preset. Nothing is saved. */
  preset: (name: string) => Promise<Answer<z.infer<typeof presetAnswer>>>;
  /** What saving a document would do. Nothing is saved. */
  check: (settings: SettingsDocument) => Promise<Answer<Check>>;
  save: (
    version: number,
    settings: SettingsDocument,
  ) => Promise<Answer<{ version: number }>>;
  versions: (cursor: string | null) => Promise<Answer<Versions>>;
  version: (version: number) => Promise<Answer<z.infer<typeof versionAnswer>>>;
  /** Saves the version `to` again, if `version` is still the newest. */
  rollBack: (
    version: number,
    to: number,
  ) => Promise<Answer<{ version: number }>>;
  testPush: (type: string) => Promise<Answer<z.infer<typeof testPushAnswer>>>;
  run: (runId: string) => Promise<Answer<Run>>;
  move: (move: Move) => Promise<Answer<Installation>>;
  newKey: (keepOldForAnHour: boolean) => Promise<Answer<{ apiKey: string }>>;
  uninstall: () => Promise<Answer<unknown>>;
};

/** Routes of the server at `origin` (no trailing slash). */
export function settingsServerFor(origin: string): SettingsServer {
  const settings = `${origin}/ui/settings`;
  const connection = `${origin}/ui/installation`;
  const query = (parts: Record<string, string>) =>
    new URLSearchParams(parts).toString();
  return {
    page: () => ask(pageAnswer, `${settings}/page`),
    properties: (objectType) =>
      ask(propertiesAnswer, `${settings}/properties?${query({ objectType })}`),
    options: (objectType, property) =>
      ask(
        optionsAnswer,
        `${settings}/options?${query({ objectType, property })}`,
      ),
    preset: (name) => ask(presetAnswer, `${settings}/presets/${name}`),
    check: (document) =>
      ask(checkAnswer, `${settings}/check`, { settings: document }),
    save: (version, document) =>
      ask(savedAnswer, settings, { version, settings: document }, "PUT"),
    versions: (cursor) =>
      ask(
        versionsAnswer,
        `${settings}/versions?${query({
          limit: String(VERSIONS),
          ...(cursor === null ? {} : { cursor }),
        })}`,
      ),
    version: (version) => ask(versionAnswer, `${settings}/versions/${version}`),
    rollBack: (version, to) =>
      ask(savedAnswer, `${settings}/roll-back`, { version, to }),
    testPush: (objectType) =>
      ask(testPushAnswer, `${settings}/test-push`, { objectType }),
    run: (runId) => ask(runAnswer, `${origin}/ui/card/run?${query({ runId })}`),
    move: (move) => ask(installation, `${connection}/${move}`, {}),
    newKey: (keepOldForAnHour) =>
      ask(keyAnswer, `${connection}/api-key`, { keepOldForAnHour }),
    uninstall: () => ask(z.unknown(), connection, undefined, "DELETE"),
  };
}
