// In place of what markdown-it imports and our rules never call (scripts/bundling.mjs): tables of
// HTML's entities and of Unicode's punctuation, and a parser of addresses. They would be a third of
// the whole bundle.

export const decodeHTML = (text: string): string => text;
export const decodeHTMLStrict = decodeHTML;
export const P = /\p{P}/u;
export const S = /\p{S}/u;
