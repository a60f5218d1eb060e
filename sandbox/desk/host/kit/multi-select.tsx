import { useId } from "react";
import { Field } from "./field.tsx";
import type { FieldProps } from "./field.tsx";
import { useLateEcho } from "./late-echo.ts";

type Choice = string | number | boolean;

type MultiSelectProps = FieldProps & {
  value?: Choice[];
  options?: { label: string; value: Choice }[];
  onChange?: (value: Choice[]) => unknown;
};

/** Several options of a list, as a list of boxes to tick. */
export function MultiSelect({
  value = [],
  options = [],
  onChange,
  ...rest
}: MultiSelectProps) {
  const id = useId();
  const [shown, setShown] = useLateEcho(JSON.stringify(value));
  const chosen = JSON.parse(shown) as Choice[];
  return (
    <Field id={id} field={rest}>
      <div
        id={id}
        role="group"
        aria-label={rest.label}
        className="k-multi"
        data-testid={rest.testId}
      >
        {options.map((option) => (
          <label key={String(option.value)} className="k-choice">
            <input
              type="checkbox"
              checked={chosen.includes(option.value)}
              disabled={rest.readOnly}
              onChange={(event) => {
                const others = chosen.filter((one) => one !== option.value);
                const next = event.currentTarget.checked
                  ? [...others, option.value]
                  : others;
                setShown(JSON.stringify(next));
                void onChange?.(next);
              }}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </Field>
  );
}
