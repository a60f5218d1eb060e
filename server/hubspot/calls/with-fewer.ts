import { TooManyBytesError } from "../errors.ts";

/** Reads a page of up to `limit` objects, and half as many each time that this is more than a page can have. */
export async function withFewer<Page>(
  limit: number,
  read: (limit: number) => Promise<Page>,
): Promise<Page> {
  try {
    return await read(limit);
  } catch (error) {
    if (!(error instanceof TooManyBytesError) || limit <= 1) throw error;
    return withFewer(Math.ceil(limit / 2), read);
  }
}
