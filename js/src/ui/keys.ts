// Keys of a person, and those that belong to an input method.

/**
 * Whether an input method takes the key, as for Chinese or Japanese. Safari ends a composition before
 * it reports the Enter that ended it: `isComposing` is false then, and the key code is that of an
 * input method, 229 (WebKit bug 165004).
 */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether Enter was pressed to do something, and not to choose among an input method's words. */
export function isEnter(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !composing(event);
}
