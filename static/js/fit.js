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

/**
 * @param {HTMLElement} element
 * @param {(element: HTMLElement) => boolean} tooWide
 */
function narrowed(element, tooWide) {
  element.style.fontStretch = "";
  delete element.dataset.narrow;
  if (!tooWide(element)) return true;
  const natural = Number.parseFloat(getComputedStyle(element).fontStretch);
  element.dataset.narrow = "";
  return WIDTHS.filter((each) => each < natural).some((width) => {
    element.style.fontStretch = `${width}%`;
    return !tooWide(element);
  });
}

/** @param {HTMLElement} element */
function fitOne(element) {
  const kind = element.dataset.fit ?? "";
  for (const name of LAST) delete element.dataset[name];
  if (narrowed(element, TOO_WIDE[kind]) || kind !== "number") return;
  LAST.some((name) => {
    element.dataset[name] = "";
    return narrowed(element, TOO_WIDE[kind]);
  });
}

/**
 * Fit everything inside an element that asks for it.
 * @param {ParentNode} within
 */
export function fit(within) {
  for (const element of within.querySelectorAll("[data-fit]")) {
    if (element instanceof HTMLElement) fitOne(element);
  }
}
