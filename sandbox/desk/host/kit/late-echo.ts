import { useEffect, useRef, useState } from "react";

/**
 * The value of a field that the card controls. What the user typed comes back from the worker late: an echo of it is
 * no change, or letters typed meanwhile would be lost.
 */
export function useLateEcho(value: string): [string, (typed: string) => void] {
  const [shown, setShown] = useState(value);
  const typed = useRef<string[]>([]);
  useEffect(() => {
    const echo = typed.current.lastIndexOf(value);
    if (echo >= 0) typed.current.splice(0, echo + 1);
    else {
      typed.current = [];
      setShown(value);
    }
  }, [value]);
  return [
    shown,
    (text) => {
      typed.current.push(text);
      setShown(text);
    },
  ];
}
