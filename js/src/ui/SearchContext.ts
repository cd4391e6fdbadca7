import { createContext } from "preact";

export interface SearchState {
  /** What the reader looks for, folded; "" is nothing. */
  query: string;
  /** Whether they are at this entry: what hides the words in it is opened. */
  here: boolean;
}

/** What is looked for in an entry. What is only drawn when it is opened is drawn for it, too. */
export const SearchContext = createContext<SearchState>({ query: "", here: false });
