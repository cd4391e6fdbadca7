import { Shown } from "../ui/Shown.tsx";
import type { Question, Respond } from "../wire.gen.ts";
import { Options } from "./Options.tsx";

type AnswerKind = Respond["verdict"];

interface Props {
  question: Question;
  disabled: boolean;
  onAnswer(verdict: AnswerKind, option?: string, confirm?: boolean | null): void;
}

/** The open question, said at once by a screen reader, and the answers that are a click. */
export function OpenQuestion({ question, disabled, onAnswer }: Props) {
  const { content, asked, options, confirms, form } = question;
  // A question to confirm may have no options, or only one that goes on: a refusal is always there.
  const accepts = form === "confirm" && options.length === 0;
  const refuses =
    accepts || (form === "confirm" && confirms.length > 0 && !confirms.includes(false));
  return (
    <div class="asked" role="alert">
      <Shown field="question.content" value={content || "(The server asks without a word.)"} />
      {asked > 1 && <p class="quiet">Asked {asked} times.</p>}
      {options.length > 0 && (
        <Options
          question={question}
          disabled={disabled}
          onChoose={(option, confirm) => onAnswer("choice", option, confirm)}
        />
      )}
      {refuses && (
        <p class="buttons">
          {accepts && (
            <button
              type="button"
              class="primary"
              disabled={disabled}
              onClick={() => onAnswer("confirm")}
            >
              Confirm
            </button>
          )}
          <button type="button" disabled={disabled} onClick={() => onAnswer("reject")}>
            Reject
          </button>
        </p>
      )}
    </div>
  );
}
