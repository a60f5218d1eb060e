import { classes } from "./props.ts";
import type { Common } from "./props.ts";

/** A small label. HubSpot calls its red one "error". */
export function Tag({
  variant = "default",
  children,
  testId,
}: Common & { variant?: string }) {
  const tone = variant === "error" ? "danger" : variant;
  return (
    <span className={classes("k-tag", `k-tone-${tone}`)} data-testid={testId}>
      {children}
    </span>
  );
}
