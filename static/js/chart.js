// @ts-check
/**
 * Charts: the server's figure with the newest columns, drawn anew only when these, the size, the theme or the state
 * have changed. A fault stays in its panel. ``data-drawn`` counts the drawings.
 */
import { on, pause, say, the } from "./page.js";
import { putLabels, putTable } from "./labels.js";
import { bound, resolved } from "./tokens.js";

/** @param {HTMLElement} panel */
function chart(panel) {
  const plot = the(".plot", panel);
  const figure = JSON.parse(the("[data-figure]", panel).textContent ?? "");

  let columns = JSON.parse(the("[data-first]", panel).textContent ?? "null");
  let known = columns ? JSON.stringify(columns) : "";
  let drawing = false;
  let wanted = false;
  let late = false;

  const isOff = () => Boolean(panel.closest("[data-off]"));

  async function draw() {
    const made = resolved(bound(figure, columns));
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    // @ts-ignore - Plotly is a global of its own script
    await globalThis.Plotly.react(plot, made.data, { ...made.layout, ...size }, made.config);
    await pause();
    if (columns.labels) putLabels(panel, columns);
    putTable(panel, columns.table);
  }

  /** One drawing at a time; whatever changes meanwhile is drawn after it, once. A scene that is off waits for its turn. */
  async function want() {
    late ||= Boolean(known) && isOff();
    wanted = Boolean(known) && !late && plot.clientWidth > 0;
    if (drawing) return;
    drawing = true;
    while (wanted) {
      wanted = false;
      try {
        await draw();
        panel.dataset.drawn = String(Number(panel.dataset.drawn ?? 0) + 1);
        say("drawn", { element: panel, columns });
      } catch (error) {
        say("fault", { element: panel, error });
      }
    }
    drawing = false;
  }

  // With this the server could not draw it: what is drawn is no longer true, and the same columns may come again.
  on("changed", ({ element }) => {
    if (element === panel) known = "";
  });

  on("shown", ({ element }) => {
    if (!late || !element.contains(panel)) return;
    late = false;
    want();
  });

  on("columns", (news) => {
    const text = JSON.stringify(news.columns);
    if (news.element !== panel || text === known) return;
    known = text;
    columns = news.columns;
    want();
  });

  // An observer reports once when it begins, which makes the first drawing.
  new ResizeObserver(want).observe(plot);
  new MutationObserver(want).observe(document.documentElement, { attributeFilter: ["data-theme", "data-state"] });
}

document.fonts.ready.then(() => {
  for (const panel of document.querySelectorAll("[data-columns]")) chart(/** @type {HTMLElement} */ (panel));
});
