import { useEffect, useId, useRef, useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { cardEvent, classes } from "./props.ts";
import type { Common } from "./props.ts";

/**
 * The value of a field that the card controls. What the user typed comes back from the worker late: an echo of it is
 * no change, or letters typed meanwhile would be lost.
 */
function useLateEcho(value: string): [string, (typed: string) => void] {
  const [shown, setShown] = useState(value);
  const typed = useRef<string[]>([]);
  useEffect(() => {
    const echo = typed.current.lastIndexOf(value);
    if (echo >= 0) typed.current.splice(0, echo + 1);
    else {
      typed.current = [];
      setShown(value);
    }
  }, [value]);
  return [
    shown,
    (text) => {
      typed.current.push(text);
      setShown(text);
    },
  ];
}

type FieldProps = {
  label?: string;
  name?: string;
  required?: boolean;
  readOnly?: boolean;
  description?: string;
  tooltip?: string;
  placeholder?: string;
  error?: boolean;
  validationMessage?: string;
  testId?: string;
};

function Field({
  id,
  field,
  children,
}: {
  id: string;
  field: FieldProps;
  children: ReactNode;
}) {
  return (
    <div className={classes("k-field", field.error && "k-invalid")}>
      {field.label && (
        <label htmlFor={id} title={field.tooltip}>
          {field.label}
          {field.required && <span aria-hidden="true"> *</span>}
        </label>
      )}
      {field.description && <small>{field.description}</small>}
      {children}
      {field.validationMessage && (
        <small className="k-validation">{field.validationMessage}</small>
      )}
    </div>
  );
}

type TextFieldProps = FieldProps & {
  value?: string;
  defaultValue?: string;
  type?: string;
  rows?: number;
  maxLength?: number;
  onChange?: (value: string) => unknown;
  onInput?: (value: string) => unknown;
  onBlur?: (value: string) => unknown;
  onFocus?: (value: string) => unknown;
};

/** HubSpot calls `onInput` with each letter and `onChange` when the field is left. */
function useTextField(props: TextFieldProps) {
  const [text, setText] = useLateEcho(props.value ?? props.defaultValue ?? "");
  const settled = useRef(text);
  return {
    name: props.name,
    value: text,
    placeholder: props.placeholder,
    readOnly: props.readOnly,
    required: props.required,
    "aria-invalid": props.error,
    "data-testid": props.testId,
    onChange(event: FormEvent<HTMLInputElement | HTMLTextAreaElement>) {
      setText(event.currentTarget.value);
      void props.onInput?.(event.currentTarget.value);
    },
    onFocus() {
      settled.current = text;
      void props.onFocus?.(text);
    },
    onBlur() {
      if (settled.current !== text) void props.onChange?.(text);
      settled.current = text;
      void props.onBlur?.(text);
    },
  };
}

export function Input(props: TextFieldProps) {
  const id = useId();
  const field = useTextField(props);
  return (
    <Field id={id} field={props}>
      <input id={id} type={props.type ?? "text"} {...field} />
    </Field>
  );
}

export function SearchInput(props: TextFieldProps) {
  return <Input {...props} type="search" />;
}

export function TextArea(props: TextFieldProps) {
  const id = useId();
  const field = useTextField(props);
  return (
    <Field id={id} field={props}>
      <textarea
        id={id}
        rows={props.rows ?? 3}
        maxLength={props.maxLength}
        {...field}
      />
    </Field>
  );
}

type NumberProps = Omit<FieldProps, "onChange"> & {
  value?: number;
  defaultValue?: number;
  min?: number;
  max?: number;
  onChange?: (value: number) => unknown;
};

export function NumberInput({
  value,
  defaultValue,
  onChange,
  min,
  max,
  ...rest
}: NumberProps) {
  const id = useId();
  const [text, setText] = useLateEcho(String(value ?? defaultValue ?? ""));
  return (
    <Field id={id} field={rest}>
      <input
        id={id}
        type="number"
        name={rest.name}
        value={text}
        min={min}
        max={max}
        readOnly={rest.readOnly}
        data-testid={rest.testId}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
        onBlur={() => {
          if (text !== "" && Number(text) !== value)
            void onChange?.(Number(text));
        }}
      />
    </Field>
  );
}

type Choice = string | number | boolean;
type SelectProps = FieldProps & {
  value?: Choice;
  options?: { label: string; value: Choice }[];
  onChange?: (value: Choice) => unknown;
};

export function Select({
  value,
  options = [],
  onChange,
  ...rest
}: SelectProps) {
  const id = useId();
  const [chosen, setChosen] = useLateEcho(String(value ?? ""));
  return (
    <Field id={id} field={rest}>
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

type MultiSelectProps = Omit<SelectProps, "value" | "onChange"> & {
  value?: Choice[];
  onChange?: (value: Choice[]) => unknown;
};

export function MultiSelect({
  value = [],
  options = [],
  onChange,
  ...rest
}: MultiSelectProps) {
  return (
    <fieldset className="k-field" data-testid={rest.testId}>
      <legend>{rest.label}</legend>
      {options.map((option) => (
        <label key={String(option.value)} className="k-choice">
          <input
            type="checkbox"
            checked={value.includes(option.value)}
            disabled={rest.readOnly}
            onChange={(event) => {
              const others = value.filter((one) => one !== option.value);
              void onChange?.(
                event.currentTarget.checked
                  ? [...others, option.value]
                  : others,
              );
            }}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

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

type FormProps = Common & {
  onSubmit?: (
    event: ReturnType<typeof cardEvent> & {
      targetValue: Record<string, string>;
    },
  ) => unknown;
  autoComplete?: string;
};

export function Form({ onSubmit, autoComplete, children, testId }: FormProps) {
  return (
    <form
      className="k-form"
      autoComplete={autoComplete}
      data-testid={testId}
      onSubmit={(event) => {
        event.preventDefault();
        const entries = [...new FormData(event.currentTarget)].map(
          ([key, value]) =>
            [key, typeof value === "string" ? value : value.name] as const,
        );
        void onSubmit?.({
          ...cardEvent("submit"),
          targetValue: Object.fromEntries(entries),
        });
      }}
    >
      {children}
    </form>
  );
}
