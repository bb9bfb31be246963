// @ts-check
/** The timeline of a network. */
import { begin, drawn } from "./drawing.js";
import { the } from "./page.js";
import { bound, resolved } from "./tokens.js";
import "./twin.js";

/** @param {HTMLElement} section */
function timeline(section) {
  const plot = the(".plot", section);
  const figure = JSON.parse(the("[data-figure]", section).textContent ?? "");
  const columns = JSON.parse(the("[data-timeline-columns]", section).textContent ?? "");

  async function draw() {
    const made = resolved(bound(figure, columns));
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    // @ts-ignore - Plotly is a global of its own script
    await globalThis.Plotly.react(plot, made.data, { ...made.layout, ...size }, made.config);
  }

  drawn(section, plot, draw);
}

begin("[data-timeline]", timeline);
