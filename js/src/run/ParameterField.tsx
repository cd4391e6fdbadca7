import { useId } from "preact/hooks";
import { label, visible } from "../text/letters.ts";
import type { Parameter } from "../wire.gen.ts";

interface Props {
  parameter: Parameter;
  value: string;
  onValue(value: string): void;
}

/** What a flow can be given, typed as its type wants it; the kernel reads it, and says what is wrong. */
export function ParameterField({ parameter, value, onValue }: Props) {
  const { name, type, required, description } = parameter;
  const id = useId();
  const about = useId();
  const kind = type.trim().toLowerCase();
  const field = {
    id,
    name,
    value,
    required,
    "aria-describedby": about,
    placeholder: fallback(parameter),
    onInput: (event: { currentTarget: { value: string } }) => onValue(event.currentTarget.value),
  };
  return (
    <label for={id}>
      <span class="label">
        <bdi>{label(name) || "Parameters"}</bdi>
        {required && " (required)"}
      </span>
      {YES_OR_NO.has(kind) ? (
        <select {...field}>
          <option value="">{field.placeholder || "not given"}</option>
          <option>true</option>
          <option>false</option>
        </select>
      ) : NESTED.has(kind) ? (
        <textarea {...field} rows={2} spellcheck={false} dir="ltr" />
      ) : (
        <input {...field} inputMode={DIGITS.get(kind) ?? "text"} dir="auto" />
      )}
      <span id={about} class="label">
        {visible([label(type), description].filter(Boolean).join(": "))}
      </span>
    </label>
  );
}

const YES_OR_NO = new Set(["boolean", "bool"]);
const NESTED = new Set(["array", "list", "tuple", "object", "dict"]);
const DIGITS = new Map<string, "numeric" | "decimal">([
  ["integer", "numeric"],
  ["int", "numeric"],
  ["number", "decimal"],
  ["float", "decimal"],
]);

/** What the flow takes if nothing is given. */
function fallback({ default: value }: Parameter): string {
  if (value === null || value === undefined) return "";
  return label(`default: ${typeof value === "string" ? value : JSON.stringify(value)}`);
}
