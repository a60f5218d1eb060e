import { useId } from "react";
import { Field } from "./field.tsx";
import type { FieldProps } from "./field.tsx";
import { useLateEcho } from "./late-echo.ts";

type Choice = string | number | boolean;

type SelectProps = FieldProps & {
  value?: Choice;
  options?: { label: string; value: Choice }[];
  onChange?: (value: Choice) => unknown;
  /** HubSpot's list has a search field above it, and calls this with each letter. */
  onInput?: (text: string) => unknown;
};

export function Select({
  value,
  options = [],
  onChange,
  onInput,
  ...rest
}: SelectProps) {
  const id = useId();
  const [chosen, setChosen] = useLateEcho(String(value ?? ""));
  return (
    <Field id={id} field={rest}>
      {onInput && (
        <input
          type="search"
          aria-label={`Search ${rest.label ?? "the list"}`}
          placeholder="Search"
          disabled={rest.readOnly}
          onChange={(event) => void onInput(event.currentTarget.value)}
        />
      )}
      <select
        id={id}
        name={rest.name}
        value={chosen}
        disabled={rest.readOnly}
        data-testid={rest.testId}
        onChange={(event) => {
          const picked = options.find(
            (option) => String(option.value) === event.currentTarget.value,
          );
          if (!picked) return;
          setChosen(String(picked.value));
          void onChange?.(picked.value);
        }}
      >
        {!options.some((option) => String(option.value) === chosen) && (
          <option value={chosen}>{rest.placeholder ?? ""}</option>
        )}
        {options.map((option) => (
          <option key={String(option.value)} value={String(option.value)}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
}
