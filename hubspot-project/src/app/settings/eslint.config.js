import js from "@eslint/js";
import { config as uiExtensionsConfig } from "@hubspot/eslint-config-ui-extensions";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig([
  { ignores: ["dist"] },
  {
    languageOptions: {
      parserOptions: { tsconfigRootDir: import.meta.dirname },
    },
  },
  js.configs.recommended,
  tseslint.configs.recommended,
  ...uiExtensionsConfig,
  {
    // The compiler checks names, with the types of the place where the page runs.
    files: ["**/*.{ts,tsx}"],
    rules: {
      "no-undef": "off",
      "@typescript-eslint/consistent-type-definitions": ["error", "type"],
      eqeqeq: "error",
    },
  },
]);
