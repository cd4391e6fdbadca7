import { flushSync } from "preact/compat";
import { useEffect, useState } from "preact/hooks";

/** Whether the page is being printed, so that what is only drawn when in sight must be drawn. */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const turn = (next: boolean) => () => flushSync(() => setPrinting(next));
    const [before, after] = [turn(true), turn(false)];
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return printing;
}
