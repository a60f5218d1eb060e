import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { cardEvent, classes, sizeOf } from "./props.ts";
import type { Common, Handler } from "./props.ts";
import { Icon } from "./icon.tsx";
import { useOverlay } from "./overlay.tsx";

type ButtonProps = Common & {
  onClick?: Handler;
  href?: string | { url: string; external?: boolean };
  disabled?: boolean;
  variant?: string;
  type?: "button" | "reset" | "submit";
  size?: string;
  truncate?: boolean;
  overlay?: ReactNode;
};

export function Button(props: ButtonProps) {
  const {
    onClick,
    href,
    disabled,
    variant = "secondary",
    type = "button",
    size,
    overlay,
    children,
    testId,
  } = props;
  const { open, layer } = useOverlay(overlay);
  const name = classes(
    `k-button k-button-${variant} k-size-${sizeOf(size, "md")}`,
    props.truncate && "k-truncate",
  );
  if (href && !disabled) {
    const url = typeof href === "string" ? href : href.url;
    return (
      <a
        className={name}
        href={url}
        target={
          typeof href === "object" && href.external ? "_blank" : undefined
        }
        rel="noreferrer"
        data-testid={testId}
        onClick={() => void onClick?.(cardEvent("click"))}
      >
        {children}
      </a>
    );
  }
  return (
    <>
      <button
        className={name}
        type={type}
        disabled={disabled}
        data-testid={testId}
        onClick={() => {
          void onClick?.(cardEvent("click"));
          open();
        }}
      >
        {children}
      </button>
      {layer}
    </>
  );
}

type LoadingButtonProps = ButtonProps & {
  loading?: boolean;
  resultIconName?: string;
};

/** How long the outcome stays on the button after its loading has ended. */
const RESULT_MS = 2500;

export function LoadingButton({
  loading = false,
  resultIconName,
  children,
  disabled,
  ...rest
}: LoadingButtonProps) {
  const [ended, setEnded] = useState(false);
  const before = useRef(loading);
  useEffect(() => {
    const finished = before.current && !loading;
    before.current = loading;
    setEnded(finished);
    if (!finished) return;
    const timer = setTimeout(() => setEnded(false), RESULT_MS);
    return () => clearTimeout(timer);
  }, [loading]);
  return (
    <Button {...rest} disabled={disabled === true || loading}>
      {loading && (
        <span className="k-dots" role="status" aria-label="Loading" />
      )}
      {ended && resultIconName && <Icon name={resultIconName} />}
      {children}
    </Button>
  );
}

export function ButtonRow({ children, testId }: Common) {
  return (
    <div className="k-button-row" data-testid={testId}>
      {children}
    </div>
  );
}
