import { classes } from "./props.ts";
import type { Common } from "./props.ts";
import type { FieldProps } from "./field.tsx";
import { useLateEcho } from "./late-echo.ts";

/** A tick follows the click at once; the card's own value wins when it arrives and differs. */
function useTick(
  checked: boolean | undefined,
  initial: boolean | undefined,
): [boolean, (ticked: boolean) => void] {
  const [shown, setShown] = useLateEcho(String(checked ?? initial ?? false));
  return [
    shown === "true",
    (ticked) => {
      setShown(String(ticked));
    },
  ];
}

type TickProps = Common & {
  name?: string;
  value?: string;
  checked?: boolean;
  initialIsChecked?: boolean;
  readOnly?: boolean;
  description?: string;
  onChange?: (checked: boolean, value: string) => unknown;
  "aria-label"?: string;
};

function Tick({ kind, ...props }: TickProps & { kind: "checkbox" | "radio" }) {
  const [ticked, setTicked] = useTick(props.checked, props.initialIsChecked);
  return (
    <label className="k-choice">
      <input
        type={kind}
        name={props.name}
        value={props.value}
        checked={ticked}
        disabled={props.readOnly}
        aria-label={props["aria-label"]}
        data-testid={props.testId}
        onChange={(event) => {
          setTicked(event.currentTarget.checked);
          void props.onChange?.(event.currentTarget.checked, props.value ?? "");
        }}
      />
      <span>
        {props.children}
        {props.description && <small>{props.description}</small>}
      </span>
    </label>
  );
}

export const Checkbox = (props: TickProps) => (
  <Tick kind="checkbox" {...props} />
);

export const RadioButton = (props: TickProps) => (
  <Tick kind="radio" {...props} />
);

type ToggleProps = {
  label: string;
  labelDisplay?: string;
  name?: string;
  checked?: boolean;
  initialIsChecked?: boolean;
  readOnly?: boolean;
  textChecked?: string;
  textUnchecked?: string;
  onChange?: (checked: boolean) => unknown;
  testId?: string;
};

export function Toggle(props: ToggleProps) {
  const [ticked, setTicked] = useTick(props.checked, props.initialIsChecked);
  const hidden = props.labelDisplay === "hidden";
  return (
    <label
      className={classes("k-toggle", props.labelDisplay === "top" && "k-top")}
    >
      {!hidden && <span>{props.label}</span>}
      <input
        type="checkbox"
        role="switch"
        name={props.name}
        checked={ticked}
        disabled={props.readOnly}
        aria-label={hidden ? props.label : undefined}
        data-testid={props.testId}
        onChange={(event) => {
          setTicked(event.currentTarget.checked);
          void props.onChange?.(event.currentTarget.checked);
        }}
      />
      <i aria-hidden="true">
        {ticked ? props.textChecked : props.textUnchecked}
      </i>
    </label>
  );
}

type GroupOption = {
  label: string;
  value: string;
  description?: string;
  readOnly?: boolean;
};

type GroupProps = Omit<FieldProps, "name"> & {
  toggleType?: string;
  name: string;
  options?: GroupOption[];
  value?: string | string[];
  inline?: boolean;
  onChange?: (value: string | string[]) => unknown;
};

export function ToggleGroup({
  toggleType = "checkboxList",
  name,
  options = [],
  value,
  onChange,
  ...rest
}: GroupProps) {
  const several = toggleType === "checkboxList";
  const chosen = Array.isArray(value)
    ? value
    : value === undefined
      ? []
      : [value];
  return (
    <fieldset
      className={classes("k-field", rest.inline && "k-inline")}
      data-testid={rest.testId}
    >
      <legend>{rest.label}</legend>
      {options.map((option) => (
        <Tick
          key={`${option.value}:${chosen.includes(option.value)}`}
          kind={several ? "checkbox" : "radio"}
          name={name}
          value={option.value}
          checked={chosen.includes(option.value)}
          readOnly={option.readOnly === true}
          {...(option.description === undefined
            ? {}
            : { description: option.description })}
          onChange={(ticked) => {
            if (!several) return onChange?.(option.value);
            const others = chosen.filter((one) => one !== option.value);
            return onChange?.(ticked ? [...others, option.value] : others);
          }}
        >
          {option.label}
        </Tick>
      ))}
      {rest.validationMessage && (
        <small className="k-validation">{rest.validationMessage}</small>
      )}
    </fieldset>
  );
}
