import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { Icon } from "./kit/icon.tsx";
import { useOverlay } from "./kit/overlay.tsx";
import { classes } from "./kit/props.ts";

/** The Actions button of HubSpot's record page, and what it opens. */
export function ActionsMenu({ children }: { children: ReactNode }) {
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
    <div className="menu-box" ref={box}>
      <button
        type="button"
        className="k-button k-button-transparent k-size-sm"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        Actions
        <Icon name="downCarat" />
      </button>
      <div
        className={classes("menu", !open && "k-hidden")}
        role="menu"
        onClick={() => {
          setOpen(false);
        }}
      >
        {children}
      </div>
    </div>
  );
}

/** An action that asks before it acts: it opens its dialog. */
export function MenuItem({
  dialog,
  children,
}: {
  dialog: ReactNode;
  children: ReactNode;
}) {
  const { open, layer } = useOverlay(dialog);
  return (
    <>
      <button type="button" role="menuitem" onClick={open}>
        {children}
      </button>
      {layer}
    </>
  );
}
