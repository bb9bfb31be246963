// @ts-check
/**
 * The graph of a network: drawn once, moved and enlarged by hand or by its buttons. Its table stands beside it always: a
 * row that has the focus is marked in the picture, and a key shows the table instead (keys.js).
 */
import { begin, drawn } from "./drawing.js";
import { overlaid } from "./overlay.js";
import { pause, the } from "./page.js";
import { bound, resolved } from "./tokens.js";
import { twin } from "./twin.js";

/** @typedef {import("./overlay.js").Nodes} Nodes */
/** @typedef {import("./overlay.js").Label} Label */
/** @typedef {{traces: Record<string, any>, ends: Record<string, number[]>, labels: Label[], ids: string[]}} Columns */

/** One step of a button. */
const STEP = 1.5;

/** Air round the picture, in px: half the largest mark, and room for a name at the sides. */
const AIR = { x: 110, y: 30 };

/** With more links than these they are drawn fainter, and the picture moves without them. */
const TANGLE = 2_000;

/**
 * Links as one path.
 * @param {number[]} ends
 * @param {Nodes} nodes
 */
function path(ends, { x, y }) {
  let made = "";
  for (let i = 0; i < ends.length; i += 2) {
    made += `M${x[ends[i]]},${y[ends[i]]}L${x[ends[i + 1]]},${y[ends[i + 1]]}`;
  }
  return made;
}

/** @param {HTMLElement} section */
function graph(section) {
  const plot = the(".plot", section);
  const figure = JSON.parse(the("[data-figure]", section).textContent ?? "");
  /** @type {Columns} */
  const columns = JSON.parse(the("[data-graph-columns]", section).textContent ?? "");
  /** @type {Nodes} */
  const nodes = columns.traces.nodes;
  const isTangle = columns.ends.links.length > 2 * TANGLE;
  section.classList.toggle("tangle", isTangle);
  figure.layout.shapes = figure.layout.shapes.filter((/** @type {any} */ shape) => {
    shape.path = path(columns.ends[shape.name], nodes);
    // Of another colour, as to make them transparent costs each frame.
    if (isTangle) shape.line.color = "--line";
    return shape.path;
  });

  const overlay = overlaid(the(".labels", section), plot, nodes, columns.labels);
  let choice = -1;

  /** @type {{x: [number, number], y: [number, number]} | null} What is seen; all of it where it is null. */
  let seen = null;

  /** Everything, with air round it. */
  function everything() {
    const { clientWidth: width, clientHeight: height } = plot;
    const x = Math.min(AIR.x, width / 6) / (width - 2 * Math.min(AIR.x, width / 6));
    const y = AIR.y / (height - 2 * AIR.y);
    return { x: /** @type {[number, number]} */ ([-x, 1 + x]), y: /** @type {[number, number]} */ ([-y, 1 + y]) };
  }

  async function draw() {
    const range = seen ?? everything();
    const made = resolved(bound(figure, columns));
    const { layout } = made;
    layout.xaxis.range = [...range.x];
    layout.yaxis.range = [...range.y];
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    const config = { ...made.config, scrollZoom: section.hasAttribute("data-whole") };
    // @ts-ignore - Plotly is a global of its own script
    await globalThis.Plotly.react(plot, made.data, { ...layout, ...size }, config);
    await pause();
    overlay(range, choice);
    if (!section.dataset.drawn) listen();
  }

  /** @param {Record<string, any>} news What Plotly says while and after the picture moves. */
  function moved(news) {
    const [x0, x1, y0, y1] = ["xaxis.range[0]", "xaxis.range[1]", "yaxis.range[0]", "yaxis.range[1]"].map((k) => news[k]);
    // What a button has asked for comes back as the ranges themselves, and is known.
    if (x0 !== undefined && y0 !== undefined) seen = { x: [x0, x1], y: [y0, y1] };
    overlay(seen ?? everything(), choice);
  }

  /** Plotly gives an element its events with the first drawing. */
  function listen() {
    const told = /** @type {any} */ (plot);
    told.on("plotly_relayouting", (/** @type {any} */ news) => {
      section.classList.add("moving");
      moved(news);
    });
    told.on("plotly_relayout", (/** @type {any} */ news) => {
      section.classList.remove("moving");
      moved(news);
    });
    told.on("plotly_click", (/** @type {any} */ news) => {
      const id = columns.ids[news.points[0].pointNumber];
      if (id) location.assign(`/desk/assets/${encodeURIComponent(id)}`);
    });
  }

  /** @param {number} times How many times as large; 0 for all of it. */
  function enlarge(times) {
    const { x, y } = seen ?? everything();
    /** @param {number[]} range @returns {[number, number]} */
    const by = ([low, high]) => {
      const [middle, half] = [(low + high) / 2, (high - low) / 2 / times];
      return [middle - half, middle + half];
    };
    seen = times ? { x: by(x), y: by(y) } : null;
    const range = seen ?? everything();
    // @ts-ignore - Plotly is a global of its own script
    globalThis.Plotly.relayout(plot, { "xaxis.range": range.x, "yaxis.range": range.y });
  }

  const steps = /** @type {Record<string, number>} */ ({ in: STEP, out: 1 / STEP, all: 0 });
  for (const button of section.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => enlarge(steps[button.getAttribute("data-zoom") ?? "all"]));
  }

  /** @param {number} node */
  function choose(node) {
    choice = node;
    overlay(seen ?? everything(), choice);
  }

  const table = the(".twin", section);
  table.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-node]") : null;
    choose(Number(row?.getAttribute("data-node") ?? -1));
  });
  table.addEventListener("focusout", () => choose(-1));

  twin(section);
  drawn(section, plot, draw);
}

begin("[data-graph]", graph);
