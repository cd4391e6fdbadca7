import { Markdown } from "./Markdown.tsx";
import type { Question, Respond } from "./wire.gen.ts";

type Verdict = Respond["verdict"];

interface Props {
  question: Question;
  disabled: boolean;
  onAnswer(verdict: Verdict, content?: string): void;
}

/** The open question, said at once by a screen reader, and the answers that are a click. */
export function Asked({ question, disabled, onAnswer }: Props) {
  return (
    <div class="asked" role="alert">
      <Markdown text={question.content || "(The server asks without a word.)"} />
      {question.asked > 1 && <p class="quiet">Asked {question.asked} times.</p>}
      <p class="buttons">
        {question.form === "confirm" && (
          <>
            <button
              type="button"
              class="primary"
              disabled={disabled}
              onClick={() => onAnswer("confirm")}
            >
              Confirm
            </button>
            <button type="button" disabled={disabled} onClick={() => onAnswer("reject")}>
              Reject
            </button>
          </>
        )}
        {question.form === "options" &&
          question.options.map((option) => (
            <button
              key={option}
              type="button"
              class="primary"
              disabled={disabled}
              onClick={() => onAnswer("choice", option)}
            >
              {option}
            </button>
          ))}
      </p>
    </div>
  );
}
