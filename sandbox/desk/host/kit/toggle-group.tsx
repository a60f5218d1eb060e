import { useId } from "react";
import { useLateEcho } from "./late-echo.ts";
import { classes } from "./props.ts";
import type { Common } from "./props.ts";

type Option = {
  label: string;
  value: string;
  readOnly?: boolean;
  description?: string;
};

type ToggleGroupProps = Common & {
  toggleType?: "checkboxList" | "radioButtonList";
  name: string;
  label: string;
  options: Option[];
  value?: string | string[];
  inline?: boolean;
  error?: boolean;
  validationMessage?: string;
  onChange?: (value: never) => unknown;
};

/** A group of radio buttons, or of checkboxes; each option can have a description. */
export function ToggleGroup(props: ToggleGroupProps) {
  const { toggleType = "checkboxList", label, options, inline, testId } = props;
  const isRadio = toggleType === "radioButtonList";
  const group = useId();
  const [shown, setShown] = useLateEcho(
    JSON.stringify(props.value ?? (isRadio ? "" : [])),
  );
  const chosen = JSON.parse(shown) as string | string[];
  const choose = (value: string, ticked: boolean) => {
    const next = Array.isArray(chosen)
      ? [...chosen.filter((one) => one !== value), ...(ticked ? [value] : [])]
      : value;
    setShown(JSON.stringify(next));
    void props.onChange?.(next as never);
  };
  return (
    <fieldset
      className={classes("k-field", "k-group", props.error && "k-invalid")}
      data-testid={testId}
    >
      <legend>{label}</legend>
      <div className={classes(inline && "k-inline-choices")}>
        {options.map(({ value, label: words, readOnly, description }) => (
          <label key={value} className="k-choice">
            <input
              type={isRadio ? "radio" : "checkbox"}
              name={group}
              value={value}
              checked={
                Array.isArray(chosen)
                  ? chosen.includes(value)
                  : chosen === value
              }
              disabled={readOnly}
              onChange={(event) => {
                choose(value, event.currentTarget.checked);
              }}
            />
            <span>
              {words}
              {description && <small>{description}</small>}
            </span>
          </label>
        ))}
      </div>
      {props.validationMessage && (
        <small className="k-validation">{props.validationMessage}</small>
      )}
    </fieldset>
  );
}
