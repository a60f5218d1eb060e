import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";
import { longFiles } from "./long-files.ts";

const first = ["test/history/history.test.ts", ...longFiles()];

/**
 * Starts long files first, so that no worker is left with one while the others have nothing to do. On a clean clone,
 * vitest knows sizes of files and no durations.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(
    files: TestSpecification[],
  ): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = first.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? first.length : at;
    };
    return (await super.sort(files)).sort(
      (one, other) => rank(one) - rank(other),
    );
  }
}
