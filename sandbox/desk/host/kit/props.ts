import type { ReactNode } from "react";

/** What every component of HubSpot's UI kit takes. */
export type Common = { children?: ReactNode; testId?: string };

/** The event that a card's handler is called with: plain data, since a DOM event cannot leave the page. */
export type CardEvent = {
  type: string;
  bubbles: boolean;
  timeStamp: number;
  id: string;
};

export type Handler = (event: CardEvent) => unknown;

let events = 0;

export function cardEvent(type: string): CardEvent {
  events += 1;
  return {
    type,
    bubbles: false,
    timeStamp: performance.now(),
    id: `event-${events}`,
  };
}

/** Class names from a list of words that may be missing. */
export function classes(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}

const SIZES: Record<string, string> = {
  "extra-small": "xs",
  xs: "xs",
  small: "sm",
  sm: "sm",
  medium: "md",
  md: "md",
  large: "lg",
  lg: "lg",
  "extra-large": "xl",
  xl: "xl",
  flush: "flush",
};

/** HubSpot names each size in two ways; `sizeOf("small", …)` and `sizeOf("sm", …)` are the same. */
export function sizeOf(size: string | undefined, otherwise: string): string {
  return SIZES[size ?? otherwise] ?? otherwise;
}
