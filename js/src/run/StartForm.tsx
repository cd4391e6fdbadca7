import { useId, useState } from "preact/hooks";
import type { Send } from "../state/source.ts";
import { label, visible } from "../text/letters.ts";
import { composing } from "../ui/keys.ts";
import { Problem } from "../ui/Problem.tsx";
import type { Flow, FlowList, Parameter, Typed } from "../wire.gen.ts";
import { ParameterField } from "./ParameterField.tsx";

interface Props {
  offers: FlowList | null;
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

const NOT_LISTED = "It does not list its flows: type the name of one.";
/** Of a flow of which nothing more is known: JSON with whatever it takes. */
const ANYTHING: Parameter = {
  name: "",
  type: "object",
  required: false,
  default: null,
  description: 'more parameters, as JSON writes them: {"rate": 0.5, "names": ["a", "b"]}',
};

/** With no run: which flow, on what. */
export function StartForm({ offers, prompt, onPrompt, onStarted, send, onAskAgain }: Props) {
  const flows = offers?.flows ?? [];
  const [name, setName] = useState("");
  const [record, setRecord] = useState("");
  // What was typed for one flow waits for whoever looks at another and comes back.
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [notice, setNotice] = useState("");
  const id = useId();
  const about = useId();
  const chosen = name || flows[0]?.name || "";
  const flow = flows.find((one) => one.name === chosen);
  const fields = parametersOf(flow);
  const key = (parameter: Parameter) => JSON.stringify([chosen, parameter.name]);

  const start = async (event: Event) => {
    event.preventDefault();
    setNotice("");
    const given: Typed[] = fields
      .map((one) => ({ name: one.name, type: one.type, text: typed[key(one)] ?? "" }))
      .filter(({ text }) => text.trim());
    const problem = await send(
      {
        kind: "start",
        flow: chosen,
        prompt: (takes(flow, "prompt") && prompt) || null,
        record_id: (takes(flow, "record_id") && record.trim()) || null,
        typed: given,
      },
      setNotice,
    );
    setNotice(problem);
    if (!problem) onStarted();
  };

  return (
    <form class="start" onSubmit={start} onKeyDown={composed}>
      <p>
        {offers
          ? `Run a flow at ${label(offers.server)}.`
          : "Asking the server which flows it has."}
        {offers?.listed === false && ` ${NOT_LISTED}`}
      </p>
      <Problem sentence={offers?.problem ?? ""}>
        <button type="button" onClick={onAskAgain}>
          Try again
        </button>
      </Problem>
      <label for={id}>
        <span class="label">Flow</span>
        {flows.length > 0 ? (
          <select
            id={id}
            value={chosen}
            aria-describedby={about}
            onChange={(event) => setName(event.currentTarget.value)}
          >
            {flows.map((one) => (
              <option key={one.name} value={one.name}>
                {label(one.name)}
              </option>
            ))}
          </select>
        ) : (
          <input id={id} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        )}
        <span id={about} class="label" dir="auto">
          {visible(flow?.description ?? "")}
        </span>
      </label>
      {takes(flow, "prompt") && (
        <label>
          <span class="label">Prompt</span>
          <textarea
            rows={3}
            dir="auto"
            value={prompt}
            onInput={(event) => onPrompt(event.currentTarget.value)}
          />
        </label>
      )}
      {takes(flow, "record_id") && (
        <label>
          <span class="label">Record id</span>
          <input value={record} onInput={(event) => setRecord(event.currentTarget.value)} />
          <span class="label">{visible(told(flow, "record_id") ?? "")}</span>
        </label>
      )}
      {fields.map((one) => (
        <ParameterField
          key={key(one)}
          parameter={one}
          value={typed[key(one)] ?? ""}
          onValue={(value) => setTyped((all) => ({ ...all, [key(one)]: value }))}
        />
      ))}
      <p class="buttons">
        <button type="submit" class="primary" disabled={!chosen.trim()}>
          Run
        </button>
      </p>
      <Problem sentence={notice} />
    </form>
  );
}

/** The parameters that have no field of their own. */
function parametersOf(flow: Flow | undefined): readonly Parameter[] {
  const own = flow?.parameters?.filter(({ name }) => name !== "prompt" && name !== "record_id");
  return own ?? [ANYTHING];
}

/** Whether a flow takes it, as far as is known. */
function takes(flow: Flow | undefined, name: string): boolean {
  return flow?.parameters?.some((one) => one.name === name) ?? true;
}

function told(flow: Flow | undefined, name: string): string | undefined {
  return flow?.parameters?.find((one) => one.name === name)?.description;
}
