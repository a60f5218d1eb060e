import { useExtensionActions } from "@hubspot/ui-extensions";
import type { Answer } from "counterpart-kit/ask.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { formFaultsAnswer } from "./people-answer.ts";

/** What is wrong with a form, by field. */
export type FormFaults = Readonly<Record<string, string>>;

type Done = { title: string; message: string };

/** What became of a click; `faults` are for the form to show. */
type Outcome = { ok: true } | { ok: false; faults: FormFaults };

/**
 * A click that acts at once, without Save. Its outcome is shown for a moment, and what may have changed is read again.
 */
export function usePeopleAction(reload: () => void): {
  busy: boolean;
  act: (
    request: () => Promise<Answer<unknown>>,
    done: Done,
  ) => Promise<Outcome>;
} {
  const actions = useExtensionActions<"settings">();
  const [busy, setBusy] = useState(false);
  const act = async (
    request: () => Promise<Answer<unknown>>,
    done: Done,
  ): Promise<Outcome> => {
    setBusy(true);
    const answer = await request();
    setBusy(false);
    if (answer.kind === "answered") {
      actions.addAlert({ type: "success", ...done });
      reload();
      return { ok: true };
    }
    const faults = faultsIn(answer.refusal?.body);
    if (Object.keys(faults).length > 0) return { ok: false, faults };
    actions.addAlert({
      type: "danger",
      title: answer.certain ? "No changes were made" : answer.title,
      message: answer.certain
        ? sentenceOf(answer.message)
        : "Your request may have gone through. The list shows how people are now.",
    });
    if (!answer.certain) reload();
    return { ok: false, faults };
  };
  return { busy, act };
}

function faultsIn(body: unknown): FormFaults {
  const parsed = formFaultsAnswer.safeParse(body);
  if (!parsed.success) return {};
  return Object.fromEntries(
    parsed.data.errors
      .toReversed()
      .map(({ path, message }) => [path.split(".")[0] ?? "", message]),
  );
}
