import type { Option } from "../crm-properties.ts";

type Props = {
  name: string;
  label: string;
  kind: "property" | "field";
  value: string;
  saved: string;
  options: readonly Option[] | undefined;
  disabled: boolean;
  onChange: (value: string) => void;
};

/** One value to edit, found by its internal name: `getByLabel(name, {exact: true})` inside its panel, or its test id. */
export function PropertyField({
  name,
  label,
  kind,
  value,
  saved,
  options,
  disabled,
  onChange,
}: Props) {
  const id = `${kind}:${name}`;
  const common = {
    id,
    "aria-label": name,
    "data-testid": id,
    disabled,
    value,
    onChange: (event: { currentTarget: { value: string } }) => {
      onChange(event.currentTarget.value);
    },
  };
  return (
    <div className={value === saved ? "property" : "property edited"}>
      <label htmlFor={id}>
        <span>{label}</span>
        <code>{name}</code>
      </label>
      {options ? (
        <select {...common}>
          {!options.some((option) => option.value === "") && (
            <option value="">--</option>
          )}
          {options.every((option) => option.value !== value) &&
            value !== "" && <option value={value}>{value}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        <input type="text" autoComplete="off" placeholder="--" {...common} />
      )}
    </div>
  );
}
