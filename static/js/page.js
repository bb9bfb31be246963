// @ts-check
/**
 * How the modules of a wall talk: events of the document, whose names begin with "wall:".
 *
 *   wall:heard    {type, now, rate, unread_s}  a message came; all but the type come with a hello or a beat
 *   wall:lost     {attempt, signedOut}     the socket is gone, or could not be opened; attempt counts from 1
 *   wall:changed  {element}                a panel has new content that is not painted yet
 *   wall:columns  {topic, element, columns}  a chart has new columns, or the wall is told something; no element then
 *   wall:shown    {element}                a scene has come on
 *   wall:drawn    {element, columns}       a chart is drawn
 *   wall:fault    {element, error}         a panel could not be drawn
 */

/**
 * @param {string} what
 * @param {object} detail
 */
export function say(what, detail) {
  document.dispatchEvent(new CustomEvent(`wall:${what}`, { detail }));
}

/**
 * @param {string} what
 * @param {(detail: any) => void} then
 */
export function on(what, then) {
  document.addEventListener(`wall:${what}`, (event) => then(/** @type {CustomEvent} */ (event).detail));
}

/**
 * The element that a template promised.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function the(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}

/**
 * Text that is written only where it changed, so that nothing is laid out anew for nothing.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let size = 0;
addEventListener("resize", () => {
  size = 0;
});

/** Pixels of one rem, as it is now. To ask the page each time would make it look through all of its style. */
export function rem() {
  size ||= Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return size;
}

/** The rest in a task of its own, so that none is long. */
export function pause() {
  return new Promise((done) => setTimeout(done));
}
