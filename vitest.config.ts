import { defaultExclude, defineConfig } from "vitest/config";
import { isShortRun, longFiles } from "./test/long-files.ts";
import { LongFilesFirst } from "./test/long-files-first.ts";
import { filesToLeaveOut } from "./test/needs-programs.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: [
      ...defaultExclude,
      ...filesToLeaveOut(),
      ...(isShortRun ? longFiles() : []),
    ],
    globalSetup: ["test/global-setup.ts"],
    // Files of one worker share their modules: no module of ours keeps what a test did, and it saves four fifths of the time.
    pool: "forks",
    isolate: false,
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    // For a machine that is three times slower, or does other work meanwhile.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
