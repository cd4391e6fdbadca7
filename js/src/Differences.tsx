import { AsItCame } from "./AsItCame.tsx";
import { EntryLink, type Finder } from "./EntryLink.tsx";
import { Label } from "./Label.tsx";
import { Shown } from "./Shown.tsx";
import type { Differences } from "./wire.gen.ts";
import { heldBy } from "./wording.ts";

/** Where the judges differ: a table a topic, a row a position, and who holds it. */
export function DifferencesView({ body, find }: { body: Differences; find: Finder }) {
  return (
    <>
      <Shown field="differences.conclusion" value={body.conclusion} />
      {body.divergences.map((divergence, index) => (
        <div class="wide" key={index}>
          <table>
            <caption>
              <Shown field="differences.divergences.topic" value={divergence.topic} />
              <AsItCame field="differences.divergences.unread" of={divergence} />
            </caption>
            <tbody>
              {divergence.positions.map((position, row) => (
                <tr key={row}>
                  <th scope="row">
                    <Shown
                      field="differences.divergences.positions.position"
                      value={position.position}
                    />
                    <AsItCame field="differences.divergences.positions.unread" of={position} />
                  </th>
                  <td>
                    {position.experts.map((expert, place) => {
                      const entry = expert.answer_id ? find.result(expert.answer_id) : undefined;
                      const name = heldBy(expert.name, entry?.speaker);
                      return (
                        <span key={place}>
                          {place > 0 && ", "}
                          {entry ? <EntryLink entry={entry} name={name} /> : <Label words={name} />}
                          <AsItCame
                            field="differences.divergences.positions.experts.unread"
                            of={expert}
                          />
                        </span>
                      );
                    })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
      <AsItCame field="differences.unread" of={body} />
    </>
  );
}
