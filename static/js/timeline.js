// @ts-check
/**
 * The timeline of a network, drawn anew when its size, the theme or the state has changed; and the key by which pictures
 * of a page give way to the tables that say the same. ``data-drawn`` counts the drawings.
 */
import { the } from "./page.js";
import { bound, resolved } from "./tokens.js";

/** @param {HTMLElement} section */
function timeline(section) {
  const plot = the(".plot", section);
  const figure = JSON.parse(the("[data-figure]", section).textContent ?? "");
  const columns = JSON.parse(the("[data-timeline-columns]", section).textContent ?? "");
  let drawing = false;
  let wanted = false;

  async function draw() {
    const made = resolved(bound(figure, columns));
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    // @ts-ignore - Plotly is a global of its own script
    await globalThis.Plotly.react(plot, made.data, { ...made.layout, ...size }, made.config);
  }

  /** One drawing at a time; whatever changes meanwhile is drawn after it, once. */
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

/** @type {WeakSet<Element>} */
const known = new WeakSet();

/** Every timeline of the page, also one that was swapped into it. */
function begin() {
  for (const section of document.querySelectorAll("[data-timeline]")) {
    if (!(section instanceof HTMLElement) || known.has(section)) continue;
    known.add(section);
    timeline(section);
  }
}

document.addEventListener("click", (event) => {
  const twins = event.target instanceof Element ? event.target.closest("[data-twins]") : null;
  if (!twins) return;
  const shown = twins.getAttribute("aria-pressed") !== "true";
  twins.setAttribute("aria-pressed", String(shown));
  for (const section of document.querySelectorAll("#detail [data-view]")) {
    section.setAttribute("data-view", shown ? "table" : "picture");
  }
});

document.fonts.ready.then(() => {
  begin();
  new MutationObserver(begin).observe(document.body, { childList: true, subtree: true });
});
