// Every frame, as it went over the wire, for whoever wants it. Asked for only once it is opened.

import { useEffect, useState } from "preact/hooks";
import { label, visible } from "../text/letters.ts";
import { timeOfDay } from "../text/time.ts";
import type { FramePreview, Frames } from "../wire.gen.ts";

interface Props {
  /** Gives the frames from the one with this index on. */
  askFrames(start: number): Promise<Frames>;
  /** Changes as news come. */
  seq: number;
}

export function TechnicalLog({ askFrames, seq }: Props) {
  const [open, setOpen] = useState(false);
  const [known, setKnown] = useState<{ frames: FramePreview[]; total: number } | null>(null);

  const more = async () => {
    const start = known?.frames.length ?? 0;
    const next = await askFrames(start);
    setKnown((before) => {
      const frames = before?.frames ?? [];
      // Asked twice for the same: the second answer has nothing new.
      const news = frames.length === start ? next.frames : [];
      return { frames: [...frames, ...news], total: next.total };
    });
  };
  const waiting = known === null ? 0 : known.total - known.frames.length;

  // Whoever has seen all of them is shown the next ones too; the others press a button.
  useEffect(() => {
    if (open && waiting === 0) more();
  }, [open, seq]);

  return (
    <details class="frames" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Technical log</summary>
      {open && known === null && <p class="quiet">Asking the kernel for them.</p>}
      {open && known !== null && (
        <>
          <ol start={0}>
            {known.frames.map((frame, index) => (
              <li key={index}>
                <OneFrame frame={frame} index={index} />
              </li>
            ))}
          </ol>
          {waiting > 0 && (
            <button type="button" onClick={more}>
              Show more ({waiting} are left)
            </button>
          )}
        </>
      )}
    </details>
  );
}

function OneFrame({ frame, index }: { frame: FramePreview; index: number }) {
  const { direction, at, text, length } = frame;
  const cut = length - text.length;
  return (
    <details>
      <summary>
        {direction === "in" ? "from the server" : "to the server"} · {timeOfDay(at)} ·{" "}
        <bdi>{label(typeOf(text))}</bdi>
      </summary>
      <pre class="code" dir="ltr">
        {visible(text)}
      </pre>
      {cut > 0 && (
        <p class="quiet">
          {cut} more characters are in <code>run.frames[{index}].text</code>.
        </p>
      )}
    </details>
  );
}

/** The type that a frame says it has, found without reading all of it. */
function typeOf(text: string): string {
  return /"type"\s*:\s*"([^"]{1,60})"/.exec(text)?.[1] ?? "no type";
}
