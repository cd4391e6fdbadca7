import { EntryLink, type Finder } from "./EntryLink.tsx";
import { Label } from "./Label.tsx";
import { Shown } from "./Shown.tsx";
import type { Differences } from "./wire.gen.ts";

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
            </caption>
            <tbody>
              {divergence.positions.map((position, row) => (
                <tr key={row}>
                  <th scope="row">
                    <Shown
                      field="differences.divergences.positions.position"
                      value={position.position}
                    />
                  </th>
                  <td>
                    {position.experts.map((expert, place) => {
                      const entry = expert.answer_id ? find.result(expert.answer_id) : undefined;
                      return (
                        <span key={place}>
                          {place > 0 && ", "}
                          {entry ? (
                            <EntryLink entry={entry} name={expert.name} />
                          ) : (
                            <Label words={expert.name} />
                          )}
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
    </>
  );
}
