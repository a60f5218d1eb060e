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

type DropdownProps = Common & {
  options?: { label: string; onClick?: () => unknown }[];
  variant?: string;
  buttonText?: string;
  buttonSize?: string;
  disabled?: boolean;
};

export function Dropdown(props: DropdownProps) {
  const {
    options,
    variant = "secondary",
    buttonText,
    buttonSize,
    disabled,
    children,
    testId,
  } = props;
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (event: MouseEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target))
        setOpen(false);
    };
    document.addEventListener("mousedown", away);
    return () => {
      document.removeEventListener("mousedown", away);
    };
  }, [open]);
  return (
    <div className="k-dropdown" ref={box} data-testid={testId}>
      <button
        type="button"
        className={`k-button k-button-${variant} k-size-${sizeOf(buttonSize, "md")}`}
        aria-haspopup="menu"
        aria-expanded={open}
        disabled={disabled}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {buttonText}
        <Icon name="downCarat" />
      </button>
      <div
        className={classes("k-menu", !open && "k-hidden")}
        role="menu"
        onClick={() => {
          setOpen(false);
        }}
      >
        {options?.map((option) => (
          <button
            key={option.label}
            type="button"
            role="menuitem"
            onClick={() => void option.onClick?.()}
          >
            {option.label}
          </button>
        ))}
        {children}
      </div>
    </div>
  );
}

type ItemProps = Common & { onClick?: Handler; overlay?: ReactNode };

export function DropdownButtonItem({
  onClick,
  overlay,
  children,
  testId,
}: ItemProps) {
  const { open, layer } = useOverlay(overlay);
  return (
    <>
      <button
        type="button"
        role="menuitem"
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
