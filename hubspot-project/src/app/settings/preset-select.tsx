import { Select, Text, useExtensionActions } from "@hubspot/ui-extensions";
import { useProductName } from "counterpart-kit/product-name.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { keepingMine } from "./draft.ts";
import { useAt } from "./use-settings.ts";

/** Puts the rules of a preset into the draft. Nothing is saved, and what was changed before stays. */
export function PresetSelect() {
  const { ready, session, server, locked } = useAt();
  const actions = useExtensionActions<"settings">();
  const productName = useProductName();
  const [chosen, setChosen] = useState("");
  const presets = [
    { value: "apollo", label: "Two-way sync, companies with their contacts" },
    {
      value: "accelo",
      label: "Two-way sync, contacts only with a company",
    },
    {
      value: "pull-only",
      label: `Pull only: HubSpot → ${productName}`,
    },
  ];
  const use = (name: string) => {
    setChosen(name);
    void server.preset(name).then((answer) => {
      if (answer.kind === "answered")
        session.edit((draft) =>
          keepingMine(ready.page.settings, draft, answer.value.settings),
        );
      else {
        setChosen("");
        actions.addAlert({
          type: "danger",
          title: answer.title,
          message: sentenceOf(answer.message, "No settings were changed"),
        });
      }
    });
  };
  return (
    <>
      <Select
        label="Start from a preset"
        name="preset"
        placeholder="Choose a preset"
        value={chosen}
        options={presets}
        readOnly={locked}
        onChange={(name) => use(String(name))}
        testId="preset"
      />
      {chosen === "pull-only" ? (
        <Text variant="microcopy">
          After you save, no record is created or changed in HubSpot.
        </Text>
      ) : null}
    </>
  );
}
