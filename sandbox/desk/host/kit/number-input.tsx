import { Input } from "./input.tsx";
import type { FieldProps } from "./field.tsx";

type NumberInputProps = FieldProps & {
  value?: number;
  min?: number;
  max?: number;
  onChange?: (value: number) => unknown;
};

/** HubSpot hands over a number when the field is left; what is no number is not handed over. */
export function NumberInput({ value, onChange, ...rest }: NumberInputProps) {
  return (
    <Input
      {...rest}
      type="number"
      value={value === undefined ? "" : String(value)}
      onChange={(text) => {
        const number = Number(text);
        if (text.trim() !== "" && Number.isFinite(number))
          void onChange?.(number);
      }}
    />
  );
}
