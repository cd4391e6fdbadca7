import { createContext } from "preact";

/** What the reader looks for in the entry that they are at, plain; what hides it is opened. */
export const SoughtWords = createContext("");
