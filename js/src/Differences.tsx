import { EntryLink, type Finder } from "./EntryLink.tsx";
import { Markdown } from "./Markdown.tsx";
import type { Differences } from "./wire.gen.ts";

/** Where the judges differ: a table a topic, a row a position, and who holds it. */
export function DifferencesView({ body, find }: { body: Differences; find: Finder }) {
  return (
    <>
      <Markdown text={body.conclusion} />
      {body.divergences.map((divergence) => (
        <table key={divergence.topic}>
          <caption dir="auto">{divergence.topic}</caption>
          <tbody>
            {divergence.positions.map((position) => (
              <tr key={position.position}>
                <th scope="row" dir="auto">
                  {position.position}
                </th>
                <td>
                  {position.experts.map((expert, place) => {
                    const entry = expert.answer_id ? find.result(expert.answer_id) : undefined;
                    return (
                      <span key={`${expert.name}/${expert.answer_id}`}>
                        {place > 0 && ", "}
                        {entry ? <EntryLink entry={entry} name={expert.name} /> : expert.name}
                      </span>
                    );
                  })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}
