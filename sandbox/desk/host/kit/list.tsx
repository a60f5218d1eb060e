import { Children } from "react";
import { classes } from "./props.ts";
import type { Common } from "./props.ts";

/** Each child is an item. */
export function List({
  variant = "unordered",
  children,
  testId,
}: Common & { variant?: string }) {
  const Element = variant.startsWith("ordered") ? "ol" : "ul";
  return (
    <Element
      className={classes("k-list", `k-list-${variant}`)}
      data-testid={testId}
    >
      {Children.map(children, (child) => (
        <li>{child}</li>
      ))}
    </Element>
  );
}
