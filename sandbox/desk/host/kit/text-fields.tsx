import { useId, useRef } from "react";
import type { FormEvent } from "react";
import { Field } from "./field.tsx";
import type { FieldProps } from "./field.tsx";
import { useLateEcho } from "./late-echo.ts";

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
