// Time, as a view needs it.

import { useEffect, useState } from "preact/hooks";

/** The time in seconds, by a clock that is `ahead` of the page's, once a second. */
export function useClock(ahead: number, running: boolean): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return Math.max(now, Date.now() / 1000) + ahead;
}

/** Whether this many milliseconds have gone by since it was first drawn. */
export function useElapsed(milliseconds: number): boolean {
  const [elapsed, setElapsed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setElapsed(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return elapsed;
}
