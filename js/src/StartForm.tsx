import { useState } from "preact/hooks";
import { composing } from "./keys.ts";
import { Problem } from "./Problem.tsx";
import type { Send } from "./source.ts";
import type { Offers } from "./wire.gen.ts";

interface Props {
  offers: Offers | null;
  prompt: string;
  onPrompt(prompt: string): void;
  onStarted(): void;
  send: Send;
  onAskAgain(): void;
}

/** Enter in a field of one line submits the form, also one that belongs to an input method. */
function composed(event: KeyboardEvent): void {
  if (event.key === "Enter" && composing(event)) event.preventDefault();
}

/** With no run: which flow, on what. */
export function StartForm({ offers, prompt, onPrompt, onStarted, send, onAskAgain }: Props) {
  const flows = offers?.flows ?? [];
  const [flow, setFlow] = useState("");
  const [notice, setNotice] = useState("");
  const chosen = flow || flows[0] || "";

  const start = async (event: Event) => {
    event.preventDefault();
    setNotice("");
    const problem = await send({ kind: "start", flow: chosen, prompt: prompt || null }, setNotice);
    setNotice(problem);
    if (!problem) onStarted();
  };

  return (
    <form class="start" onSubmit={start} onKeyDown={composed}>
      <p>{offers ? `Run a flow at ${offers.server}.` : "Asking the server which flows it has."}</p>
      <Problem sentence={offers?.problem ?? ""}>
        <button type="button" onClick={onAskAgain}>
          Try again
        </button>
      </Problem>
      {flows.length > 0 ? (
        <label>
          <span class="label">Flow</span>
          <select value={chosen} onChange={(event) => setFlow(event.currentTarget.value)}>
            {flows.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      ) : (
        <label>
          <span class="label">Flow</span>
          <input value={flow} onInput={(event) => setFlow(event.currentTarget.value)} />
        </label>
      )}
      <label>
        <span class="label">Prompt</span>
        <textarea
          rows={3}
          dir="auto"
          value={prompt}
          onInput={(event) => onPrompt(event.currentTarget.value)}
        />
      </label>
      <p class="buttons">
        <button type="submit" class="primary" disabled={!chosen.trim()}>
          Run
        </button>
      </p>
      <Problem sentence={notice} />
    </form>
  );
}
