import { label, visible } from "./letters.ts";
import type { Agent } from "./wire.gen.ts";

const STATE = {
  expected: { mark: "·", word: "expected" },
  idle: { mark: "○", word: "idle" },
  working: { mark: "◑", word: "working" },
  failed: { mark: "✗", word: "failed" },
  left: { mark: "–", word: "left" },
};

/** Who takes part, and who is at work. */
export function Roster({ agents }: { agents: readonly Agent[] }) {
  if (agents.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: a list without bullets is no list to VoiceOver
    <ul class="roster" role="list" aria-label="Agents">
      {agents.map((agent) => (
        <li key={agent.key} class={agent.state} title={visible(agent.description)}>
          <span aria-hidden="true">{STATE[agent.state].mark}</span>{" "}
          <strong>{label(agent.name)}</strong> <span class="quiet">{doing(agent)}</span>
        </li>
      ))}
    </ul>
  );
}

/** "working, 2 steps · SCORER · model rules": a role that is the name says nothing new. */
function doing({ state, steps, role, name, model }: Agent): string {
  const done = steps === 0 ? "" : `, ${steps} ${steps === 1 ? "step" : "steps"}`;
  const other = role.toLowerCase() === name.toLowerCase() ? "" : role;
  const facts = [STATE[state].word + done, other, model && `model ${model}`];
  return label(facts.filter(Boolean).join(" · "));
}
