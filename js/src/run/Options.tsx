// The options of a question as buttons that carry them in full.

import { optionLabels } from "../text/letters.ts";
import { useFocusToggle } from "../ui/focus.ts";
import { composing } from "../ui/keys.ts";
import type { Question } from "../wire.gen.ts";

/** Those that go on, where the server reads the option itself and the kernel does not say. */
const YES = ["confirm", "yes"];

interface Props {
  question: Question;
  disabled: boolean;
  /** `confirm` declares whether the option accepts the step, where that is uncertain. */
  onChoose(option: string, confirm: boolean | null): void;
}

export function Options({ question, disabled, onChoose }: Props) {
  const { options, confirms, form } = question;
  const labels = optionLabels(options);
  return (
    // biome-ignore lint/a11y/noRedundantRoles: a list without bullets is no list to VoiceOver
    <ul class="options" role="list" aria-label="Options">
      {options.map((option, place) => (
        <Option
          key={place}
          label={labels[place] ?? ""}
          uncertain={confirms[place] === null}
          main={form === "confirm" && (confirms[place] ?? YES.includes(option))}
          disabled={disabled}
          onChoose={(confirm) => onChoose(option, confirm)}
        />
      ))}
    </ul>
  );
}

interface OptionProps {
  label: string;
  /** Whether it is not known if the option accepts the step, so that the person says it once. */
  uncertain: boolean;
  /** Whether it is the one that goes on. */
  main: boolean;
  disabled: boolean;
  onChoose(confirm: boolean | null): void;
}

function Option({ label, uncertain, main, disabled, onChoose }: OptionProps) {
  const { on, turn, first } = useFocusToggle();
  const open = uncertain && on;
  return (
    <li>
      <button
        type="button"
        ref={open ? null : first}
        class={main ? "primary" : ""}
        dir="auto"
        disabled={disabled}
        {...(uncertain && { "aria-expanded": open })}
        onClick={() => (uncertain ? turn(!on) : onChoose(null))}
      >
        {label}
      </button>
      {open && (
        <fieldset
          class="declaring"
          onKeyDown={(event) => event.key === "Escape" && !composing(event) && turn(false)}
        >
          <legend>What does this option mean for the step?</legend>
          <p class="quiet">
            The server only goes on if it is told so. Declare once what this option means; it holds
            for the same options in this run.
          </p>
          <p class="buttons">
            <button type="button" ref={first} disabled={disabled} onClick={() => onChoose(true)}>
              Go on with the step
            </button>
            <button type="button" disabled={disabled} onClick={() => onChoose(false)}>
              Do not go on
            </button>
            <button type="button" onClick={() => turn(false)}>
              Close
            </button>
          </p>
        </fieldset>
      )}
    </li>
  );
}
