import { memo } from "preact/compat";
import { EntryLink, type Finder } from "./EntryLink.tsx";
import { label } from "./letters.ts";
import { Mean } from "./Mean.tsx";
import { Prediction, Uncertainty } from "./Prediction.tsx";
import { agreement, mean, type Score, scores } from "./scores.ts";

interface Props {
  judgements: readonly number[];
  find: Finder;
  /** When a judgement or a score last changed; the panel is drawn anew only then. */
  scored: number;
}

/** Judges by criteria: what each predicts, how sure, how it is scored, and how far they agree. */
export const Scores = memo(function Scores({ judgements, find }: Props) {
  if (judgements.length === 0) return null;
  const rows = scores(judgements, find);
  const criteria = [...new Set(rows.map((row) => row.criteria))];
  const judges = [...new Set(rows.map((row) => row.judge))];
  return (
    <details class="scores" open>
      <summary>{glance(rows)}</summary>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">Judge</th>
              {criteria.map((name) => (
                <th key={name} scope="col">
                  <bdi>{label(name) || "Judgement"}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {judges.map((judge) => (
              <tr key={judge}>
                <th scope="row">
                  <bdi>{label(judge) || "A judge"}</bdi>
                </th>
                {criteria.map((name) => (
                  <td key={name}>
                    {rows
                      .filter((row) => row.judge === judge && row.criteria === name)
                      .map((row) => (
                        <Cell key={row.entry.id} row={row} />
                      ))}
                  </td>
                ))}
              </tr>
            ))}
            {judges.length > 1 && (
              <tr>
                <th scope="row">Agreement</th>
                {criteria.map((name) => (
                  <td key={name}>
                    {share(agreement(rows.filter((row) => row.criteria === name)))}
                  </td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
});

function Cell({ row }: { row: Score }) {
  return (
    <div class="marks">
      <Prediction value={row.prediction} />
      <Uncertainty value={row.uncertainty} />
      {row.mean !== null && <Mean value={row.mean} />}
      {row.of > 0 && (
        <span class="quiet">
          {row.met} of {row.of} met
        </span>
      )}
      <EntryLink entry={row.entry} name="" />
    </div>
  );
}

/** "2 judgements: 1 in breach, 1 not · agreement 0 % · mean score 0.67". */
function glance(rows: readonly Score[]): string {
  const yes = rows.filter((row) => row.prediction === true).length;
  const no = rows.filter((row) => row.prediction === false).length;
  const score = mean(rows.map((row) => row.mean));
  return [
    `Scores: ${rows.length === 1 ? "1 judgement" : `${rows.length} judgements`}`,
    `${yes} in breach, ${no} not`,
    rows.length > 1 && `agreement ${share(agreement(rows))}`,
    score !== null && `mean score ${score.toFixed(2)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function share(value: number | null): string {
  return value === null ? "–" : `${Math.round(value * 100)} %`;
}
