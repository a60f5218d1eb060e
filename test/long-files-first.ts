import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/** Files that take a minute or more, the longest first. On a clean clone, vitest knows sizes of files and no durations. */
const long = ["test/history/history.test.ts", "test/browser/values.test.ts"];

/** Starts long files first, so that no worker is left with one while the others have nothing to do. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(
    files: TestSpecification[],
  ): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? long.length : at;
    };
    return (await super.sort(files)).sort(
      (one, other) => rank(one) - rank(other),
    );
  }
}
