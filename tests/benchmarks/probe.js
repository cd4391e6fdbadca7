// What the bench asks of the page. Put into it before anything else runs there.
//
// Times are milliseconds since 1970 by the machine's clock, which is the server's too.

window.bench = (() => {
  const bench = { seen: null, noting: false, displayed: null };
  let watching = 0;

  // Date.now() is in whole milliseconds: the moment it ticks gives the finer clock's offset.
  function offset() {
    const before = Date.now();
    while (Date.now() === before);
    return Date.now() - performance.now();
  }
  let ahead = null;
  bench.setClock = () => {
    ahead = offset();
  };
  const now = () => performance.now() + ahead;

  // The kernel's socket carries binary frames; only short ones are looked into, and only when asked.
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (!bench.noting) return;
        const length = data.byteLength ?? data.length;
        if (length > 20000) return;
        const text = typeof data === "string" ? data : new TextDecoder().decode(data);
        if (text.includes("display_data")) bench.displayed = now();
      });
    }
  };

  // --- what is on the screen --------------------------------------------------------------------

  bench.logs = () =>
    [...document.querySelectorAll(".jp-OutputArea-output *")]
      .map((element) => element.shadowRoot?.querySelector(".log"))
      .filter(Boolean);

  /** The last entry in the DOM, found from the end, so that looking costs next to nothing. */
  function last(element) {
    for (let child = element.lastElementChild; child; child = child.previousElementSibling) {
      if (child.hasAttribute("data-entry-id")) return child;
      const found = last(child);
      if (found) return found;
    }
    return null;
  }

  const number = (log) => Number((log && last(log)?.getAttribute("data-entry-id")) ?? 0);
  bench.lastNumber = () => number(bench.logs()[0]);
  const peer = () => document.querySelector(".bench-peer");

  function inside(element, scroller) {
    const box = scroller.getBoundingClientRect();
    const end = element.getBoundingClientRect().bottom;
    const onScreen = end > 0 && end <= window.innerHeight;
    return onScreen && box.height > 0 && end > box.top && end <= box.bottom + 1;
  }

  const shows = (log, id) => number(log) === id && inside(last(log), log);

  /** Note the frame after the one in which something is so: by then that one has been painted. */
  function watch(happened) {
    watching += 1;
    const mine = watching;
    bench.seen = null;
    bench.setClock();
    const look = () => {
      if (mine !== watching) return;
      if (happened()) requestAnimationFrame(() => (bench.seen = now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  bench.watchEntry = (id) => watch(() => shows(bench.logs()[0], id));

  bench.watchPeer = (count) =>
    watch(() => {
      const box = peer();
      return box?.childElementCount === count && inside(box.lastElementChild, box);
    });

  /** A view that is not there yet is to show the entry. */
  bench.watchNewView = (id) => {
    const known = new Set(bench.logs());
    bench.displayed = null;
    bench.noting = true;
    watch(() => bench.logs().some((log) => !known.has(log) && shows(log, id)));
  };

  /** For each entry from now on, the first frame with it in the DOM; a step at a time. */
  bench.follow = () => {
    bench.setClock();
    bench.arrivals = [];
    watching += 1;
    const mine = watching;
    const count = () => peer()?.childElementCount ?? bench.lastNumber();
    let before = count();
    const look = () => {
      if (mine !== watching) return;
      const latest = count();
      for (; before < latest; before += 1) bench.arrivals.push([before + 1, now()]);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };

  // --- scrolling --------------------------------------------------------------------------------

  /** Whether no entry is near the middle of the box; a list that draws them all need not be asked. */
  function blank(log) {
    const entries = [...log.querySelectorAll("[data-entry-id]")];
    if (entries.length > 500) return false;
    const { top, height } = log.getBoundingClientRect();
    const middle = top + height / 2;
    return !entries.some((entry) => {
      const place = entry.getBoundingClientRect();
      return place.top < middle + 40 && place.bottom > middle - 40;
    });
  }

  bench.startFrames = () => {
    const log = bench.logs()[0];
    const seen = { frames: [], top: log.scrollTop, bottom: log.scrollTop, blank: 0 };
    watching += 1;
    const mine = watching;
    let before = performance.now();
    const look = (at) => {
      if (mine !== watching) return;
      seen.frames.push(at - before);
      before = at;
      seen.top = Math.min(seen.top, log.scrollTop);
      seen.bottom = Math.max(seen.bottom, log.scrollTop);
      if (blank(log)) seen.blank += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame((at) => {
      before = at;
      requestAnimationFrame(look);
    });
    bench.frames = seen;
  };

  bench.stopFrames = () => {
    watching += 1;
    return bench.frames;
  };

  bench.middle = () => {
    const box = bench.logs()[0].getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };

  // --- finding ----------------------------------------------------------------------------------

  const root = () => bench.logs()[0].getRootNode();
  const field = () => root().querySelector('input[aria-label="Find in the conversation"]');
  const count = () => Number(root().querySelector("[data-find-count]")?.dataset.findCount ?? 0);
  const QUIET = 500;

  /** Open the field if there is none; whether there is one then. */
  bench.openFind = async () => {
    const called = (button) => (button.ariaLabel ?? button.textContent).trim() === "Find";
    if (!field()) [...root().querySelectorAll("button")].find(called)?.click();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return field() !== null;
  };

  function type(words) {
    const element = field();
    element.focus();
    element.value = words;
    element.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  }

  /** The time until what the count stays at has been painted, and that count; it may grow first. */
  bench.find = async (word, limit) => {
    type("");
    await new Promise((resolve) => setTimeout(resolve, QUIET));
    if (count() > 0) return { took: null, count: count() }; // left over from the last word
    const began = performance.now();
    let shown = { at: null, count: 0 };
    type(word);
    return new Promise((resolve) => {
      const look = () => {
        const at = performance.now();
        const latest = count();
        if (latest !== shown.count) shown = { at: null, count: latest };
        else if (latest > 0) shown.at ??= at;
        const settled = shown.at !== null && at - shown.at > QUIET;
        if (settled) resolve({ took: shown.at - began, count: latest });
        else if (at - began > limit) resolve({ took: null, count: latest });
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  };

  return bench;
})();
