import { Input } from "@hubspot/ui-extensions";
import { useState } from "react";
import { LISTED, textOf, valuesIn } from "./listed-values.ts";

type Props = {
  label: string;
  name: string;
  values: readonly string[];
  readOnly: boolean;
  onChange: (values: string[]) => void;
  testId: string;
  description?: string;
  error?: true;
  validationMessage?: string;
};

/** Several short values in one field. */
export function ListInput({
  values,
  onChange,
  description = LISTED,
  ...field
}: Props) {
  // What is typed stays as it is typed: "a," has one value, and a second one is to come.
  const [text, setText] = useState(textOf(values));
  const isOurs = sameList(valuesIn(text), values);
  return (
    <Input
      {...field}
      description={description}
      value={isOurs ? text : textOf(values)}
      onInput={(typed) => {
        setText(typed);
        onChange(valuesIn(typed));
      }}
    />
  );
}

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((value, at) => value === other[at]);
