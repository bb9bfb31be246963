// @ts-check
/**
 * The map: the server's figure with the newest columns, drawn anew only when these, the size, the theme or the state
 * have changed. A fault stays in its panel. ``data-drawn`` counts the drawings.
 */
import { on, say, the } from "./page.js";
import { putLabels, putTable } from "./labels.js";
import { bound, resolved } from "./tokens.js";

const panel = the("[data-columns]");
const plot = the(".plot", panel);
const figure = JSON.parse(the("[data-figure]", panel).textContent ?? "");

let columns = JSON.parse(the("[data-first]", panel).textContent ?? "");
let known = JSON.stringify(columns);
let drawing = false;
let wanted = false;

async function draw() {
  const made = resolved(bound(figure, columns.traces));
  const size = { width: plot.clientWidth, height: plot.clientHeight };
  // @ts-ignore - Plotly is a global of its own script
  await globalThis.Plotly.react(plot, made.data, { ...made.layout, ...size }, made.config);
  putLabels(panel, columns);
  putTable(panel, columns.table);
}

/** One drawing at a time; whatever changes meanwhile is drawn after it, once. */
async function want() {
  wanted = Boolean(known);
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

// With this the server could not draw the map: what is drawn is no longer true, and the same columns may come again.
on("changed", ({ element }) => {
  if (element === panel) known = "";
});

on("columns", (news) => {
  const text = JSON.stringify(news.columns);
  if (news.element !== panel || text === known) return;
  known = text;
  columns = news.columns;
  want();
});

document.fonts.ready.then(() => {
  // An observer reports once when it begins, which makes the first drawing.
  new ResizeObserver(want).observe(plot);
  new MutationObserver(want).observe(document.documentElement, { attributeFilter: ["data-theme", "data-state"] });
});
