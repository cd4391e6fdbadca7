import { expect, it } from "vitest";
import { Prediction, Uncertainty } from "../../src/entries/Prediction.tsx";
import type { Judgement } from "../../src/wire.gen.ts";
import { mount } from "../support/mount.tsx";

it("has words and a mark for each prediction and uncertainty", () => {
  const judgement = {
    ...{ kind: "judgement", conclusion: "", reasons: [], uncertainty: null, prediction: null },
  } as const satisfies Judgement;
  const place = mount(
    <>
      <Prediction of={judgement} />
      <Uncertainty value="Medium" />
      <Uncertainty value="constructor" />
      <Uncertainty value={null} />
    </>,
  );
  expect(place.textContent).toBe("? no prediction▄ uncertainty: Medium? uncertainty: constructor");
});
