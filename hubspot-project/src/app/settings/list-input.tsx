import { Input } from "@hubspot/ui-extensions";
import { useState } from "react";

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

/** Several short values in one field, separated by commas. */
export function ListInput({
  values,
  onChange,
  description = "Separate values with commas",
  ...field
}: Props) {
  // What is typed stays as it is typed: "a," has one value, and a second one is to come.
  const [text, setText] = useState(values.join(", "));
  const isOurs = sameList(valuesIn(text), values);
  return (
    <Input
      {...field}
      description={description}
      value={isOurs ? text : values.join(", ")}
      onInput={(typed) => {
        setText(typed);
        onChange(valuesIn(typed));
      }}
    />
  );
}

const valuesIn = (text: string): string[] =>
  text
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((value, at) => value === other[at]);
