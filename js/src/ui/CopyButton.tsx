import { useState } from "preact/hooks";

interface Props {
  label?: string;
  words(): string;
}

/** Copies words, and says whether it did. A page that may not copy has no button. */
export function CopyButton({ label = "Copy", words }: Props) {
  const [done, setDone] = useState("");
  const copy = () =>
    navigator.clipboard.writeText(words()).then(
      () => setDone("Copied"),
      () => setDone("The browser refused: select the words and copy them"),
    );
  if (!navigator.clipboard) return null;
  return (
    <button type="button" onClick={copy}>
      {done || label}
    </button>
  );
}
