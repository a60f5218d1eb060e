import { useId, useRef } from "react";
import { Field } from "./field.tsx";
import type { FieldProps } from "./field.tsx";
import { useLateEcho } from "./late-echo.ts";

type InputProps = FieldProps & {
  value?: string;
  defaultValue?: string;
  type?: string;
  onChange?: (value: string) => unknown;
  onInput?: (value: string) => unknown;
  onBlur?: (value: string) => unknown;
  onFocus?: (value: string) => unknown;
};

/** HubSpot calls `onInput` with each letter and `onChange` when the field is left. */
export function Input(props: InputProps) {
  const id = useId();
  const [text, setText] = useLateEcho(props.value ?? props.defaultValue ?? "");
  const settled = useRef(text);
  return (
    <Field id={id} field={props}>
      <input
        id={id}
        type={props.type ?? "text"}
        name={props.name}
        value={text}
        placeholder={props.placeholder}
        readOnly={props.readOnly}
        required={props.required}
        aria-invalid={props.error}
        data-testid={props.testId}
        onChange={(event) => {
          setText(event.currentTarget.value);
          void props.onInput?.(event.currentTarget.value);
        }}
        onFocus={() => {
          settled.current = text;
          void props.onFocus?.(text);
        }}
        onBlur={() => {
          if (settled.current !== text) void props.onChange?.(text);
          settled.current = text;
          void props.onBlur?.(text);
        }}
      />
    </Field>
  );
}
