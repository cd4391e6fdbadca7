import { label, visible } from "../text/letters.ts";
import { about, called } from "../text/wording.ts";
import type { Agent } from "../wire.gen.ts";

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
          <strong>
            <bdi>{label(called(agent))}</bdi>
          </strong>{" "}
          <span class="quiet">
            <bdi>{doing(agent)}</bdi>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** "working, 2 steps · SCORER · model rules": what the label says is not said again. */
function doing(agent: Agent): string {
  const { key, label, state, steps, name, role, model } = agent;
  const done = steps === 0 ? "" : `, ${steps} ${steps === 1 ? "step" : "steps"}`;
  const setup = about({ key, label, name, role, model });
  return [STATE[state].word + done, setup].filter(Boolean).join(" · ");
}
