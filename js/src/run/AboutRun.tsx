// Where the run comes from, for whoever wants to cite it. Asked for only once it is opened.

import { useEffect, useState } from "preact/hooks";
import { label, visible } from "../text/letters.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import type { Card, Readiness } from "../wire.gen.ts";

interface Props {
  /** Another function for another run only. */
  askCard(): Promise<Card>;
  /** What is known of a run changes with its state. */
  readiness: Readiness;
}

export function AboutRun({ askCard, readiness }: Props) {
  const [open, setOpen] = useState(false);
  const [card, setCard] = useState<Card | null>(null);

  useEffect(() => {
    if (!open) return;
    let latest = true;
    askCard().then((next) => latest && setCard(next));
    return () => {
      latest = false;
    };
  }, [open, askCard, readiness]);

  return (
    <details class="about" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>About this run</summary>
      {open && (card ? <Known card={card} /> : <p class="quiet">Asking the kernel for it.</p>)}
    </details>
  );
}

function Known({ card: { facts, paragraph } }: { card: Card }) {
  return (
    <>
      <dl class="facts">
        {facts.map(({ name, value }, index) => (
          <div key={index}>
            <dt dir="auto">{label(name)}</dt>
            <dd dir="auto">{visible(value)}</dd>
          </div>
        ))}
      </dl>
      {paragraph && (
        <>
          <blockquote dir="auto">{visible(paragraph)}</blockquote>
          <p class="buttons">
            <CopyButton
              key={paragraph}
              label="Copy for a methods section"
              words={() => paragraph}
            />
          </p>
        </>
      )}
    </>
  );
}
