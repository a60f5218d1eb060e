import { Select, useDebounce } from "@hubspot/ui-extensions";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { ownerName } from "./overrides.ts";
import type { OwnerRow } from "./page-answer.ts";
import { useAnswer } from "./use-answer.ts";
import { useAt } from "./use-settings.ts";

const SEARCH_MS = 300;

/** Chooses one of HubSpot's active owners. Typing in it searches all of them. */
export function OwnerSelect({
  label,
  without = null,
  chosen,
  fault,
  onChoose,
  testId,
}: {
  label: string;
  /** The id of an owner who can't be chosen. */
  without?: string | null;
  chosen: OwnerRow | null;
  /** What is wrong with the choice. */
  fault?: string | undefined;
  onChoose: (owner: OwnerRow) => void;
  testId: string;
}) {
  const { server } = useAt();
  const [typed, setTyped] = useState("");
  const search = useDebounce(typed, SEARCH_MS);
  const { answer } = useAnswer(search, () => server.ownerChoices(search));
  const found =
    answer?.kind === "answered"
      ? answer.value.results.filter(({ owner }) => owner?.id !== without)
      : [];
  // A search may not find who is chosen.
  const choices =
    chosen === null || found.some(({ owner }) => owner?.id === chosen.owner?.id)
      ? found
      : [chosen, ...found];
  const message =
    fault ??
    (answer?.kind === "failed"
      ? sentenceOf("HubSpot's owners couldn't be loaded", answer.message)
      : answer !== null && found.length === 0
        ? "No owner matches."
        : undefined);
  return (
    <Select
      label={label}
      name={testId}
      placeholder={answer === null ? "Loading owners…" : "Search owners"}
      value={chosen?.owner?.id ?? ""}
      options={choices.map((row) => ({
        value: row.owner?.id ?? "",
        label: ownerName(row),
      }))}
      onInput={(text) => setTyped(text)}
      onChange={(id) => {
        const row = choices.find(({ owner }) => owner?.id === String(id));
        if (row !== undefined) onChoose(row);
      }}
      {...(message === undefined
        ? {}
        : { error: true, validationMessage: message })}
      testId={testId}
    />
  );
}
