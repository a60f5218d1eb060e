import { createContext, useContext } from "react";

/** What a server calls the product until its portal names it, or that is too old to say. */
export const unnamedProduct = "your product";

/** What the card calls the product, as the server said. */
export const ProductName = createContext(unnamedProduct);

export const useProductName = (): string => useContext(ProductName);

/** The product's name as a label or at the start of a sentence. */
export const atStart = (name: string): string =>
  name === unnamedProduct ? name.charAt(0).toUpperCase() + name.slice(1) : name;
