import {
  createRenderer,
  RenderedNodeType,
} from "@hubspot/ui-extensions/testing";
import type {
  RenderedChildNode,
  RenderedElementNode,
  RenderedRootNode,
} from "@hubspot/ui-extensions/testing";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { onTestFinished, vi } from "vitest";

export const ORIGIN = "https://counterpart.example.com";

/** One request that the extension made, to be answered by the test when it likes. */
export type Question = {
  url: URL;
  method: string;
  timeout: number;
  body: Record<string, unknown> | undefined;
  answer: (body: unknown, status?: number) => void;
  answerText: (body: string, status?: number) => void;
  fail: () => void;
};

type Options = {
  method: string;
  timeout: number;
  body?: Record<string, unknown>;
};
type Node = RenderedRootNode | RenderedChildNode;

/**
 * An extension at a place of HubSpot's pages, as HubSpot's test renderer draws it, and the client by which it reaches the
 * server: each request waits until the test answers it. Closed when the test ends.
 * @param prepare sets the page's context before the first drawing
 */
export function openExtension<Place extends "crm.record.sidebar" | "settings">(
  place: Place,
  draw: () => ReactNode,
  prepare: (page: ReturnType<typeof createRenderer<Place>>) => void = () =>
    undefined,
) {
  const questions: Question[] = [];
  vi.stubGlobal("self", globalThis);
  vi.stubGlobal(
    "hsFetch",
    (url: string, { method, timeout, body }: Options) =>
      new Promise<Response>((resolve, reject) => {
        const answerText = (text: string, status = 200) =>
          resolve(new Response(status === 204 ? null : text, { status }));
        questions.push({
          url: new URL(url),
          method,
          timeout,
          body,
          answer: (answer, status) =>
            answerText(JSON.stringify(answer), status),
          answerText,
          fail: () => reject(new Error("connection lost")),
        });
      }),
  );

  const page = createRenderer(place);
  page.mocks.context.variables = { API_ORIGIN: ORIGIN };
  prepare(page);
  // HubSpot's renderer mounts a new tree on each render(), so the page changes from within.
  let turnPage: (visit: number | null) => void = () => undefined;
  function Page() {
    const [visit, setVisit] = useState<number | null>(0);
    turnPage = setVisit;
    return visit === null ? null : <Extension />;
  }
  let isGone = true;
  function Extension() {
    useEffect(() => {
      isGone = false;
      return () => {
        isGone = true;
      };
    }, []);
    return draw();
  }
  page.render(<Page />);
  let visits = 0;
  /** Draws the extension again from its place on the page, as HubSpot may do without starting it anew. */
  const redraw = () => turnPage(++visits);
  /**
   * Takes the extension off the page, and waits until React has cleared up after it, in a task of its own: its timers would
   * make requests in the next test.
   */
  const close = async () => {
    turnPage(null);
    await soon(() => {
      if (!isGone) throw new Error("the extension isn't off the page");
    });
  };
  onTestFinished(async () => {
    await close();
    vi.unstubAllGlobals();
  });

  const words = () => wordsOf(page.getRootNode());
  const alerts = () =>
    page.mocks.actions.addAlert.calls.map(([{ type, title, message }]) =>
      plain(`${type}: ${title} | ${message}`),
    );
  const find = (testId: string) =>
    elements(page.getRootNode()).find(
      (element) => propsOf(element)["testId"] === testId,
    );
  const get = (testId: string) => {
    const found = find(testId);
    if (found === undefined)
      throw new Error(
        `nothing is marked ${testId}; the extension says: ${words()}`,
      );
    return found;
  };

  const trigger = (testId: string, event: string, argument?: unknown) => {
    (
      get(testId) as { trigger: (event: string, argument?: unknown) => void }
    ).trigger(event, argument);
  };

  return {
    page,
    redraw,
    close,
    questions,
    /** The extension's nth request (from 1), as soon as it is made. */
    question: (n: number): Promise<Question> =>
      soon(() => {
        const asked = questions[n - 1];
        if (asked === undefined)
          throw new Error(
            `the extension made ${questions.length} requests, not ${n}`,
          );
        return asked;
      }),
    words,
    /** Waits until the extension says this. */
    says: (sentence: string) =>
      soon(() => {
        if (!words().includes(sentence))
          throw new Error(`the extension says: ${words()}`);
      }),
    /** What HubSpot's page was asked to show for a moment, newest last. */
    alerts,
    /** Waits until the page was asked to show this. */
    alerted: (sentence: string) =>
      soon(() => {
        if (!alerts().some((shown) => shown.includes(sentence)))
          throw new Error(
            `the page shows: ${alerts().join("; ")}; the extension says: ${words()}`,
          );
      }),
    /** The same as `part`, with the marks that isolate values. */
    marked(testId: string): string {
      return markedWordsOf(get(testId));
    },
    /** What stands under this mark, or null. */
    part(testId: string): string | null {
      const found = find(testId);
      return found === undefined ? null : wordsOf(found);
    },
    /** Waits until what stands under this mark says this; a modal or a panel is there before it is opened. */
    partSays: (testId: string, sentence: string) =>
      soon(() => {
        const said = wordsOf(get(testId));
        if (!said.includes(sentence)) throw new Error(`it says: ${said}`);
      }),
    props: (testId: string): Record<string, unknown> => propsOf(get(testId)),
    trigger,
    click: (testId: string) => trigger(testId, "onClick"),
  };
}

/** Waits until this no longer throws. */
export function soon<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { interval: 1, timeout: 3_000 });
}

export type OpenExtension = ReturnType<typeof openExtension>;

/** Without the marks that isolate values, which nobody sees. */
const plain = (text: string): string => text.replaceAll(/[\u2066-\u2069]/g, "");

const wordsOf = (node: Node): string => plain(markedWordsOf(node));

/** All the words in a part of the page, in reading order. */
function markedWordsOf(node: Node): string {
  if (node.nodeType === RenderedNodeType.Text) return node.text;
  const own =
    node.nodeType === RenderedNodeType.Element ? said(propsOf(node)) : [];
  const inline =
    node.nodeType === RenderedNodeType.Element && node.name === "Text";
  return [...own, ...node.childNodes.map(markedWordsOf)]
    .filter((words) => words !== "")
    .join(inline ? "" : " | ");
}

function propsOf(element: RenderedElementNode): Record<string, unknown> {
  return element.props;
}

/** Words that a component is given as properties and shows. */
function said(props: Record<string, unknown>): string[] {
  return ["title", "label", "valueDescription"].flatMap((name) => {
    const words = props[name];
    return typeof words === "string" ? [words] : [];
  });
}

/** What is drawn, and what a click may lay over it. */
function elements(node: Node): RenderedElementNode[] {
  if (node.nodeType === RenderedNodeType.Text) return [];
  const below = node.childNodes.flatMap(elements);
  if (node.nodeType !== RenderedNodeType.Element) return below;
  const { overlay } = propsOf(node);
  return [node, ...below, ...(isNode(overlay) ? elements(overlay) : [])];
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "childNodes" in value;
