// @ts-check
/** What lies over the picture of a graph: names beside their marks, and a ring round the node that is chosen. */
import { placed } from "./sides.js";

/** @typedef {{x: number[], y: number[], "marker.size": number[]}} Nodes */
/** @typedef {{node: number, ring: number, text: string}} Label */
/** @typedef {{x: number[], y: number[]}} Range What is seen, from its lower to its upper end. */

/**
 * @param {HTMLElement} host
 * @param {HTMLElement} plot
 * @param {Nodes} nodes
 * @param {Label[]} labels
 * @returns {(range: Range, choice: number) => void} Lays it over what is seen; no node is chosen where ``choice`` is -1.
 */
export function overlaid(host, plot, nodes, labels) {
  const names = labels.map(({ text }) => {
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

  return ({ x, y }, choice) => {
    const { clientWidth: width, clientHeight: height } = plot;
    const marks = nodes.x.map((at, i) => ({
      x: ((at - x[0]) / (x[1] - x[0])) * width,
      y: ((y[1] - nodes.y[i]) / (y[1] - y[0])) * height,
      r: nodes["marker.size"][i] / 2,
    }));
    const boxes = placed(
      labels.map(({ node, ring }, i) => ({ mark: marks[node], ring, size: sizes[i] })),
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
  };
}
