import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What the desk's pages load: the page, the worker that runs cards, the looks. */
export type HostAssets = { page: string; worker: string; styles: string };

const here = (path: string) =>
  fileURLToPath(new URL(`./host/${path}`, import.meta.url));

/** Builds the browser side of the desk in memory (about half a second). */
export async function buildHost(): Promise<HostAssets> {
  const result = await build({
    entryPoints: {
      page: here("main.tsx"),
      worker: here("worker.ts"),
      styles: here("styles/index.css"),
    },
    outdir: "assets",
    write: false,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2023",
    jsx: "automatic",
    tsconfig: here("tsconfig.json"),
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const file = (name: string) => {
    const output = result.outputFiles.find(({ path }) => path.endsWith(name));
    if (!output) throw new Error(`esbuild made no ${name}`);
    return output.text;
  };
  return {
    page: file("page.js"),
    worker: file("worker.js"),
    styles: file("styles.css"),
  };
}
