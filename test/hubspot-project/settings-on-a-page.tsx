import { SettingsPage } from "../../hubspot-project/src/app/settings/settings-page.tsx";
import type { Page } from "../../hubspot-project/src/app/settings/page-answer.ts";
import type { Pace } from "../../hubspot-project/src/app/settings/settings-session.ts";
import { openExtension, soon } from "./extension-on-a-page.tsx";
import type { Question } from "./extension-on-a-page.tsx";

const FORECAST = "/ui/settings/first-pull";

/** Asks by itself only after a test has ended. */
const quiet: Pace = { active: 600_000, idle: 600_000, sleep: 600_000 };

/** The settings page in HubSpot. Each request waits until the test answers it. */
export function openSettingsPage(pace: Pace = quiet) {
  const extension = openExtension("settings", () => (
    <SettingsPage pace={pace} />
  ));
  let answered = 0;
  return {
    ...extension,
    /** Opens a tab, and one of its tabs. */
    tab: (name: string, part?: string) => {
      extension.trigger("tabs", "onSelectedChange", name);
      if (part !== undefined)
        extension.trigger(`${name}-tabs`, "onSelectedChange", part);
    },
    /** The next request that this hasn't returned yet, as soon as it is made; the one for a forecast isn't waited for. */
    asked: async (): Promise<Question> => {
      for (;;) {
        const question = await extension.question(++answered);
        if (question.url.pathname !== FORECAST) return question;
      }
    },
    /** The request for what the first pull will do. */
    forecastAsked: () =>
      soon(() => {
        const found = extension.questions.find(
          ({ url }) => url.pathname === FORECAST,
        );
        if (found === undefined) throw new Error("nobody asks for a forecast");
        return found;
      }),
  };
}

export type OpenPage = ReturnType<typeof openSettingsPage>;

/** A page that shows this. */
export async function settingsShowing(
  page: Page,
  pace?: Pace,
): Promise<OpenPage> {
  const open = openSettingsPage(pace);
  (await open.asked()).answer(page);
  await open.says("Connection");
  return open;
}
