/** What the desk's page is told when something it asked for was refused: a status and a sentence for the user. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The sentence inside an error body, whichever of the usual shapes it has. */
export function sentenceOf(body: unknown, otherwise: string): string {
  if (typeof body !== "object" || body === null) return otherwise;
  const { message, detail, title, error } = body as Record<string, unknown>;
  const said = [detail, message, title, error].find(
    (value) => typeof value === "string" && value !== "",
  );
  return typeof said === "string" ? said : otherwise;
}
