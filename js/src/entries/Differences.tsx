import type { Finder } from "../state/finder.ts";
import { heldBy } from "../text/wording.ts";
import { Label } from "../ui/Label.tsx";
import { Shown } from "../ui/Shown.tsx";
import type { Differences, Expert } from "../wire.gen.ts";
import { AsItCame } from "./AsItCame.tsx";
import { EntryLink } from "./EntryLink.tsx";

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
                    {position.experts.map((expert, place) => (
                      <span key={place}>
                        {place > 0 && ", "}
                        <Holder of={expert} find={find} />
                        <AsItCame
                          field="differences.divergences.positions.experts.unread"
                          of={expert}
                        />
                      </span>
                    ))}
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

/** Who holds a position, by the name that came, with a link to where they took it. */
function Holder({ of: { name, answer_id }, find }: { of: Expert; find: Finder }) {
  const entry = answer_id ? find.result(answer_id) : undefined;
  const [shown, known] = heldBy(name, entry?.speaker);
  if (entry && !known) return <EntryLink entry={entry} name={shown} said />;
  if (entry && !shown) return <EntryLink entry={entry} name={known} />;
  const [, opened, said = "", closed] = /^(“?)([^“”]*)(”?)$/.exec(shown) ?? [];
  return (
    <>
      {opened}
      <Label words={said} />
      {closed}
      {entry && (
        <>
          {" "}
          (<EntryLink entry={entry} name={known} />)
        </>
      )}
    </>
  );
}
