// @ts-check
/**
 * What is too wide goes down the width axis of the typeface, never down in size. Below the narrowest cut a line ends in
 * an ellipsis, and what stands beside a number gives way to it.
 */

/** Widths of the typeface in per cent. */
const WIDTHS = [100, 94, 88, 82, 76, 70, 64];

/** Parts of a pixel that do not count. */
const SLACK_PX = 1;

/** @param {HTMLElement} number Its parts are laid out in a row that may stick out. */
function rowIsTooWide(number) {
  const edge = number.getBoundingClientRect().right + SLACK_PX;
  return [...number.children].some((part) => part.getBoundingClientRect().right > edge);
}

/** @param {HTMLElement} line */
function lineIsTooWide(line) {
  return line.scrollWidth > line.clientWidth + SLACK_PX;
}

/** @param {HTMLElement} lines */
function linesAreTooMany(lines) {
  return lineIsTooWide(lines) || lines.scrollHeight > lines.clientHeight + lines.clientHeight / 4;
}

/** @param {HTMLElement} row A name and what belongs to it: only the name would be cut. */
function nameIsCut(row) {
  return [...row.querySelectorAll(".nm")].some((name) => name.scrollWidth > name.clientWidth + SLACK_PX);
}

/** @type {Record<string, (element: HTMLElement) => boolean>} */
const TOO_WIDE = { number: rowIsTooWide, line: lineIsTooWide, lines: linesAreTooMany, row: nameIsCut };

/** What a number gives up when the narrowest cut is still too wide, one after the other. */
const LAST = ["tight", "alone"];

/** @typedef {{width: number, given: number}} Cut A width of the typeface, 0 for its own, and how much was given up. */

/**
 * What has been fitted, so that a number that comes again costs no layout. Places do not move, so the place of an
 * element among those of its panel says how much room it has.
 * @type {Map<string, Cut>}
 */
const known = new Map();
const MOST_KNOWN = 2_000;

/**
 * @param {HTMLElement} element
 * @param {Cut} cut
 */
function put(element, { width, given }) {
  const stretch = width ? `${width}%` : "";
  if (element.style.fontStretch !== stretch) element.style.fontStretch = stretch;
  element.toggleAttribute("data-narrow", width > 0);
  LAST.forEach((name, at) => element.toggleAttribute(`data-${name}`, at < given));
}

/**
 * @param {HTMLElement} element
 * @param {Cut} cut One that was too wide.
 * @returns {Cut | undefined} The next one to try.
 */
function narrower(element, { width, given }) {
  const now = width || Number.parseFloat(getComputedStyle(element).fontStretch);
  const next = WIDTHS.find((each) => each < now);
  if (next) return { width: next, given };
  return element.dataset.fit === "number" && given < LAST.length ? { width: 0, given: given + 1 } : undefined;
}

/** @param {HTMLElement} element */
function isTooWide(element) {
  return TOO_WIDE[element.dataset.fit ?? ""](element);
}

/**
 * Fit everything inside an element that asks for it: all at once, so that they share the layouts that it takes.
 * @param {ParentNode} within
 */
export function fit(within) {
  let trying = [...within.querySelectorAll("[data-fit]")]
    .filter((element) => element instanceof HTMLElement)
    .map((element, at) => {
      const panel = element.closest("[data-topic]");
      const place = `${panel?.getAttribute("data-topic")} ${at} ${element.parentElement?.className}`;
      const key = `${place} ${element.className} ${element.innerHTML}`;
      return { element, key, cut: known.get(key) ?? { width: 0, given: 0 }, isKnown: known.has(key) };
    });
  for (const { element, cut } of trying) put(element, cut);
  trying = trying.filter(({ isKnown }) => !isKnown);
  while (trying.length) {
    for (const each of trying) put(each.element, each.cut);
    const next = trying.map(({ element, cut }) => (isTooWide(element) ? narrower(element, cut) : undefined));
    trying.forEach(({ element, key, cut }, at) => {
      if (!next[at] && element.clientWidth) known.set(key, cut);
    });
    trying = trying.flatMap((each, at) => (next[at] ? [{ ...each, cut: next[at] }] : []));
  }
  if (known.size > MOST_KNOWN) known.clear();
}

/** Fit the whole page anew: its size has changed, or its typeface has come. */
export function fitAnew() {
  known.clear();
  fit(document);
}
