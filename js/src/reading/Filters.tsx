import { useMemo } from "preact/hooks";
import { label } from "../text/letters.ts";
import type { Entry } from "../wire.gen.ts";
import { ALL, choices, type Filter, isOff, toggled } from "./filter.ts";

interface Props {
  entries: readonly Entry[];
  filter: Filter;
  onFilter(filter: Filter): void;
}

/** What to show: by agent, by kind, or what went wrong. */
export function Filters({ entries, filter, onFilter }: Props) {
  const { agents, kinds, errors } = useMemo(() => choices(entries), [entries]);
  return (
    <div class="panel">
      <fieldset>
        <legend>From</legend>
        {[...agents].map(([key, { name, count }]) => (
          <Choice
            key={key}
            name={`${name} (${count})`}
            on={filter.agents.has(key)}
            onTurn={() => onFilter({ ...filter, agents: toggled(filter.agents, key) })}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>Kind</legend>
        {[...kinds].map(([kind, { name, count }]) => (
          <Choice
            key={kind}
            name={`${name} (${count})`}
            on={filter.kinds.has(kind)}
            onTurn={() => onFilter({ ...filter, kinds: toggled(filter.kinds, kind) })}
          />
        ))}
      </fieldset>
      <p class="buttons">
        <Choice
          name={`Errors only (${errors})`}
          on={filter.errors}
          onTurn={() => onFilter({ ...filter, errors: !filter.errors })}
        />
        <button type="button" disabled={isOff(filter)} onClick={() => onFilter(ALL)}>
          Show all
        </button>
      </p>
    </div>
  );
}

function Choice({ name, on, onTurn }: { name: string; on: boolean; onTurn(): void }) {
  return (
    <label class="choice">
      <input type="checkbox" checked={on} onChange={onTurn} />
      <bdi>{label(name)}</bdi>
    </label>
  );
}
