// @ts-check
/** What the pictures of a page of the desk share: they are drawn one at a time, and found also where they are swapped in. */

/**
 * Draws a picture now, and again when its size, the theme or the state has changed: one drawing at a time, and whatever
 * changes meanwhile is drawn after it, once. ``data-drawn`` of the section counts the drawings.
 * @param {HTMLElement} section
 * @param {HTMLElement} plot Nothing is drawn while it has no size.
 * @param {() => Promise<void>} draw
 */
export function drawn(section, plot, draw) {
  let drawing = false;
  let wanted = false;

  async function want() {
    wanted = plot.clientWidth > 0 && plot.clientHeight > 0;
    if (drawing) return;
    drawing = true;
    while (wanted) {
      wanted = false;
      await draw();
      section.dataset.drawn = String(Number(section.dataset.drawn ?? 0) + 1);
    }
    drawing = false;
  }

  // An observer reports once when it begins, which makes the first drawing.
  new ResizeObserver(want).observe(plot);
  new MutationObserver(want).observe(document.documentElement, { attributeFilter: ["data-theme", "data-state"] });
}

/**
 * Makes a picture of every section of the page that there is, and of those that are swapped into it later.
 * @param {string} selector
 * @param {(section: HTMLElement) => void} make
 */
export function begin(selector, make) {
  /** @type {WeakSet<Element>} */
  const known = new WeakSet();

  function look() {
    for (const section of document.querySelectorAll(selector)) {
      if (!(section instanceof HTMLElement) || known.has(section)) continue;
      known.add(section);
      make(section);
    }
  }

  document.fonts.ready.then(() => {
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
}
