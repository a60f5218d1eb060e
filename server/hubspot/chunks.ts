/** A list in pieces of at most `size`. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

/** Texts in pieces of at most `count` texts and, as a JSON list, about `length` characters. */
export function chunksByLength(
  texts: readonly string[],
  count: number,
  length: number,
): string[][] {
  const chunks: string[][] = [];
  let room = 0;
  for (const text of texts) {
    const chunk = chunks.at(-1);
    // quotes and escapes belong to each text, and a comma
    const size = JSON.stringify(text).length + 1;
    if (chunk === undefined || chunk.length === count || size > room) {
      chunks.push([text]);
      room = length - size;
    } else {
      chunk.push(text);
      room -= size;
    }
  }
  return chunks;
}

/** Works on items, at most `atOnce` at a time; answers in their order. The first failure stops further starts. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const runner = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, runner),
  );
  return results;
}
