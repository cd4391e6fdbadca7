// jsdom lays nothing out. Here every list has room for ten thousand pixels, and an entry takes fifty.

class AllInSight implements ResizeObserver {
  #changed: ResizeObserverCallback;
  constructor(changed: ResizeObserverCallback) {
    this.#changed = changed;
  }
  observe(target: Element) {
    const height = target.matches(".log, .outline") ? 10_000 : 50;
    const contentRect = { width: 800, height } as DOMRectReadOnly;
    const entry = { target, contentRect } as ResizeObserverEntry;
    queueMicrotask(() => this.#changed([entry], this));
  }
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= AllInSight;

// An element that is laid out has one; the list leaves out what has none.
Object.defineProperty(HTMLElement.prototype, "offsetParent", { get: () => document.body });

Element.prototype.scrollTo ??= () => {};

HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false;
};
