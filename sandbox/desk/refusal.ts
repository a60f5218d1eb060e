/** What the desk's page is told when something it asked for was refused: a status and a sentence for the user. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The sentence inside an error body, whichever of the usual shapes it has, with what it says of single fields. */
export function sentenceOf(body: unknown, otherwise: string): string {
  if (typeof body !== "object" || body === null) return otherwise;
  const { message, detail, title, error, errors } = body as Record<
    string,
    unknown
  >;
  const said = [detail, message, title, error].find(
    (value) => typeof value === "string" && value !== "",
  );
  const fields = Array.isArray(errors) ? errors.flatMap(fieldSentence) : [];
  return [typeof said === "string" ? said : otherwise, ...fields].join(" ");
}

function fieldSentence(error: unknown): string[] {
  const { path, message } = (error ?? {}) as {
    path?: unknown;
    message?: unknown;
  };
  return typeof path === "string" && typeof message === "string"
    ? [`${path}: ${message}`]
    : [];
}
