import { useId, useState } from "react";
import { classes, sizeOf } from "./props.ts";
import type { Common } from "./props.ts";
import { Icon } from "./icon.tsx";

type AccordionProps = Common & {
  title: string;
  defaultOpen?: boolean;
  open?: boolean;
  disabled?: boolean;
  size?: string;
  onClick?: () => unknown;
};

export function Accordion(props: AccordionProps) {
  const {
    title,
    defaultOpen = false,
    open,
    disabled,
    size,
    onClick,
    children,
    testId,
  } = props;
  const [own, setOwn] = useState(defaultOpen);
  const body = useId();
  const shown = open ?? own;
  return (
    <section
      className={classes("k-accordion", `k-size-${sizeOf(size, "md")}`)}
      data-testid={testId}
    >
      <button
        type="button"
        aria-expanded={shown}
        aria-controls={body}
        disabled={disabled}
        onClick={() => {
          setOwn(!shown);
          void onClick?.();
        }}
      >
        <Icon name={shown ? "downCarat" : "right"} />
        {title}
      </button>
      <div
        id={body}
        className={classes("k-accordion-body", !shown && "k-hidden")}
      >
        {children}
      </div>
    </section>
  );
}
