import { memo } from "preact/compat";
import { useContext } from "preact/hooks";
import { EntryLink } from "../entries/EntryLink.tsx";
import { Mean } from "../entries/Mean.tsx";
import { Prediction, StudyLabels, Uncertainty } from "../entries/Prediction.tsx";
import { agreementOf, glance, type Score, scores } from "../entries/scores.ts";
import type { Finder } from "../state/finder.ts";
import { label } from "../text/letters.ts";
import { note, right, SCORES } from "../text/wording.ts";

interface Props {
  judgements: readonly number[];
  assessments: readonly number[];
  find: Finder;
  /** When a judgement or a score last changed; the panel is drawn anew only then. */
  scored: number;
}

/** Judges by criteria: what each predicts, how sure, how it is scored, and how far they agree. */
export const Scores = memo(function Scores({ judgements, assessments, find }: Props) {
  const labels = useContext(StudyLabels);
  if (judgements.length === 0) return null;
  const stray = assessments.filter((id) => find.entry(id)?.about === null).length;
  const rows = scores(judgements, find);
  const criteria = [...new Set(rows.map((row) => row.criteria))];
  const judges = [...new Set(rows.map((row) => row.judge))];
  return (
    <details class="scores" open>
      <summary>Scores: {glance(rows, stray, labels)}</summary>
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
                  <td key={name}>{agreementOf(rows.filter((row) => row.criteria === name))}</td>
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
  const uncounted = note(row.scored, SCORES);
  return (
    <div class="marks">
      <Prediction of={row.judgement} />
      <Uncertainty value={row.uncertainty} />
      {row.scored.total > 0 && <Mean value={row.mean} />}
      {uncounted && <span class="quiet">{uncounted}</span>}
      {row.judged.total > 0 && <span class="quiet">{right(row)}</span>}
      <EntryLink entry={row.entry} name="" />
    </div>
  );
}
