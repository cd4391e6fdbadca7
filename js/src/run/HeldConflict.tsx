import { Shown } from "../ui/Shown.tsx";

interface Props {
  question: string;
  /** Whether sending the words would refuse what is asked. */
  rejects: boolean;
  onSend(): void;
  onKeep(): void;
}

/** The open question beside held words that were not written for it: the person decides. */
export function HeldConflict({ question, rejects, onSend, onKeep }: Props) {
  return (
    <div class="facing">
      <span class="quiet">These words were written before this question was asked:</span>
      <Shown field="question.content" value={question} />
      <p class="buttons">
        <button type="button" onClick={onSend}>
          {rejects ? "Send: this rejects the step" : "Send as the answer"}
        </button>
        <button type="button" onClick={onKeep}>
          Keep holding
        </button>
      </p>
    </div>
  );
}
