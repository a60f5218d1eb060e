import type { ReactNode } from "react";
import { classes } from "./props.ts";

/** What all fields have in common. */
export type FieldProps = {
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

/** Label, description and validation around one field. */
export function Field({
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
