import type { Answer } from "counterpart-kit/ask.ts";
import { useEffect, useRef, useState } from "react";

/**
 * What the server returned to a question, which is asked again when its key changes. The former answer stays until the
 * next one arrives; a failure only until somebody asks again. A late answer is ignored.
 */
export function useAnswer<T>(
  key: string,
  ask: () => Promise<Answer<T>>,
): {
  answer: Answer<T> | null;
  /** Whether a question is open. */
  isAsking: boolean;
  again: () => void;
} {
  const [answer, setAnswer] = useState<Answer<T> | null>(null);
  const [isAsking, setIsAsking] = useState(true);
  const [turn, setTurn] = useState(0);
  const question = useRef(ask);
  question.current = ask;
  useEffect(() => {
    let isCurrent = true;
    setIsAsking(true);
    void question.current().then((come) => {
      if (!isCurrent) return;
      setIsAsking(false);
      setAnswer(come);
    });
    return () => {
      isCurrent = false;
    };
  }, [key, turn]);
  const again = () => {
    setAnswer((last) => (last?.kind === "failed" ? null : last));
    setTurn((last) => last + 1);
  };
  return { answer, isAsking, again };
}
