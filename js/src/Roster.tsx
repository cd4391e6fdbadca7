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
    <ul class="roster" aria-label="Agents">
      {agents.map((agent) => (
        <li key={agent.key} class={agent.state} title={agent.description}>
          <span aria-hidden="true">{STATE[agent.state].mark}</span> <strong>{agent.name}</strong>{" "}
          <span class="quiet">
            {STATE[agent.state].word}
            {agent.steps > 0 && `, ${agent.steps} ${agent.steps === 1 ? "step" : "steps"}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
