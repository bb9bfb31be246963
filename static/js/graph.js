// @ts-check
/**
 * The graph of a network: drawn once, moved and enlarged by hand or by its buttons. Its table stands beside it always: a
 * row that has the focus is marked in the picture, and a key shows the table instead (keys.js). ``data-drawn`` counts the drawings.
 */
import { pause, the } from "./page.js";
import { placed } from "./sides.js";
import { bound, resolved } from "./tokens.js";

/** @typedef {{x: number[], y: number[], "marker.size": number[]}} Nodes */
/** @typedef {{node: number, ring: number, text: string}} Label */
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
  const host = the(".labels", section);
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

  const names = columns.labels.map(({ text }) => {
    const name = document.createElement("bdi");
    name.className = "nm";
    name.dir = "auto";
    name.textContent = text;
    return name;
  });
  const chosen = document.createElement("i");
  chosen.className = "chosen";
  chosen.hidden = true;
  host.replaceChildren(...names, chosen);
  // Measured once: to ask again while the picture moves would lay it out with every step.
  const sizes = names.map((name) => ({ w: name.offsetWidth, h: name.offsetHeight }));
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

  /** @param {{x: number[], y: number[]}} range */
  function overlay({ x, y }) {
    const { clientWidth: width, clientHeight: height } = plot;
    const marks = nodes.x.map((at, i) => ({
      x: ((at - x[0]) / (x[1] - x[0])) * width,
      y: ((y[1] - nodes.y[i]) / (y[1] - y[0])) * height,
      r: nodes["marker.size"][i] / 2,
    }));
    const boxes = placed(
      columns.labels.map(({ node, ring }, i) => ({ mark: marks[node], ring, size: sizes[i] })),
      marks,
      { width, height },
    );
    boxes.forEach((box, i) => {
      names[i].classList.toggle("nowhere", !box);
      if (box) names[i].style.transform = `translate(${Math.round(box.x)}px, ${Math.round(box.y)}px)`;
    });
    chosen.hidden = choice < 0;
    if (choice < 0) return;
    const { x: left, y: top, r } = marks[choice];
    chosen.style.width = chosen.style.height = `${2 * r + 12}px`;
    chosen.style.transform = `translate(${left - r - 6}px, ${top - r - 6}px)`;
  }

  let drawing = false;
  let wanted = false;

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
    overlay(range);
  }

  /** One drawing at a time; whatever changes meanwhile is drawn after it, once. */
  async function want() {
    wanted = plot.clientWidth > 0 && plot.clientHeight > 0;
    if (drawing) return;
    drawing = true;
    while (wanted) {
      wanted = false;
      await draw();
      if (!section.dataset.drawn) listen();
      section.dataset.drawn = String(Number(section.dataset.drawn ?? 0) + 1);
    }
    drawing = false;
  }

  /** @param {Record<string, any>} news What Plotly says while and after the picture moves. */
  function moved(news) {
    const [x0, x1, y0, y1] = ["xaxis.range[0]", "xaxis.range[1]", "yaxis.range[0]", "yaxis.range[1]"].map((k) => news[k]);
    // What a button has asked for comes back as the ranges themselves, and is known.
    if (x0 !== undefined && y0 !== undefined) seen = { x: [x0, x1], y: [y0, y1] };
    overlay(seen ?? everything());
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
    overlay(seen ?? everything());
  }

  const table = the(".twin", section);
  table.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-node]") : null;
    choose(Number(row?.getAttribute("data-node") ?? -1));
  });
  table.addEventListener("focusout", () => choose(-1));

  const toggle = section.querySelector("[data-twin]");
  toggle?.addEventListener("click", (event) => {
    event.preventDefault();
    const { href } = /** @type {HTMLAnchorElement} */ (toggle);
    history.replaceState(null, "", href);
    const address = new URL(href);
    const shown = section.dataset.view !== "table";
    section.dataset.view = shown ? "table" : "picture";
    toggle.setAttribute("aria-pressed", String(shown));
    if (shown) address.searchParams.delete("view");
    else address.searchParams.set("view", "table");
    toggle.setAttribute("href", address.href);
  });

  // An observer reports once when it begins, which makes the first drawing.
  new ResizeObserver(want).observe(plot);
  new MutationObserver(want).observe(document.documentElement, { attributeFilter: ["data-theme", "data-state"] });
}

/** @type {WeakSet<Element>} */
const known = new WeakSet();

/** Every graph of the page, also one that was swapped into it. */
function begin() {
  for (const section of document.querySelectorAll("[data-graph]")) {
    if (!(section instanceof HTMLElement) || known.has(section)) continue;
    known.add(section);
    graph(section);
  }
}

document.fonts.ready.then(() => {
  begin();
  new MutationObserver(begin).observe(document.body, { childList: true, subtree: true });
});
