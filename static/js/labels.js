// @ts-check
/**
 * What stands on the map in words, as HTML: Plotly cuts its own text off at the edge of the globe and reads tags in it.
 * Also the table that says the same to those who hear the page.
 */
import { landUnder } from "./land.js";
import { rem, the } from "./page.js";
import { placed } from "./placement.js";
import { projection } from "./projection.js";
import { _ } from "./words.js";

/** @typedef {{name: string, text: string, radius: number}} Words */
/** @typedef {Words & {lat: number, lon: number, west: number, east: number}} Label */

const HEAD_REM = 0.95;
const MARGIN_REM = 0.3;

/**
 * @param {string} name
 * @param {string} text
 */
function made(name, text) {
  const label = document.createElement("div");
  label.className = "gl";
  const title = document.createElement("bdi");
  title.className = "nm";
  title.dir = "auto";
  title.textContent = name;
  const said = document.createElement("i");
  said.textContent = text;
  label.append(title, text ? " " : "", said);
  return label;
}

/** @param {HTMLElement} element @param {number} size */
function measured(element, size) {
  const box = element.getBoundingClientRect();
  return { w: box.width / size, h: box.height / size };
}

/** @param {[{x: number, y: number}, {x: number, y: number}]} line @param {number} size */
function lead([from, to], size) {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [name, value] of Object.entries({ x1: from.x, y1: from.y, x2: to.x, y2: to.y })) {
    line.setAttribute(name, String(value * size));
  }
  return line;
}

/**
 * Put every label where it covers nothing. Those without room are counted in one corner; the table has them all.
 * @param {HTMLElement} panel
 * @param {{traces: Record<string, Record<string, any[]>>, labels: Label[]}} columns
 */
export function putLabels(panel, columns) {
  const host = the(".labels", panel);
  const plot = the(".plot", panel);
  const size = rem();
  const width = plot.clientWidth / size;
  const height = plot.clientHeight / size;
  const at = projection(width, height);
  const land = landUnder(plot, size);

  /** @param {string} trace @param {number} [radius] */
  const spots = (trace, radius) => {
    const { lat, lon, "marker.size": sizes } = columns.traces[trace];
    return lat.flatMap((each, i) =>
      each === null ? [] : [{ ...at(each, lon[i]), r: radius ?? Number.parseFloat(sizes[i]) / 2 }],
    );
  };
  const countries = [...spots("discs"), ...spots("origins")];
  const heads = spots("heads", HEAD_REM);
  const curves = [...spots("arcs", 0), ...spots("dotted", 0)];

  const names = columns.labels.map(({ name, text }) => made(name, text));
  host.replaceChildren(...names);
  // All of one form, then all of the other: each takes one layout.
  const inOne = names.map((name) => measured(name, size));
  for (const name of names) name.classList.add("two");
  const inTwo = names.map((name) => measured(name, size));
  const marks = columns.labels.map((label, i) => {
    const forms = label.text ? [inOne[i], inTwo[i]] : [inOne[i]];
    const { x, y } = at(label.lat, label.lon);
    return { x, y, r: label.radius, west: at(label.lat, label.west).x, east: at(label.lat, label.east).x, forms };
  });
  const field = { width, height, countries, heads, curves, land };
  let places = placed(marks, field, []);
  const rest = made("", "");
  if (places.includes(null)) {
    // The line that counts the others needs a corner; with that taken, one more may have no room.
    rest.classList.add("rest");
    rest.textContent = _("and {n} more", { n: names.length });
    host.append(rest);
    const { w, h } = measured(rest, size);
    const corner = { x: MARGIN_REM, y: height - h - MARGIN_REM, w, h };
    places = placed(marks, field, [corner]);
    rest.textContent = _("and {n} more", { n: places.filter((place) => !place).length });
    rest.style.transform = `translate(${corner.x * size}px, ${corner.y * size}px)`;
  }

  const lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  places.forEach((place, i) => {
    if (!place) return names[i].remove();
    names[i].classList.toggle("two", place.form === 1);
    names[i].classList.toggle("left", place.side === "left");
    names[i].style.transform = `translate(${place.box.x * size}px, ${place.box.y * size}px)`;
    if (place.leader) lines.append(lead(place.leader, size));
  });
  if (lines.childElementCount) host.prepend(lines);
}

/**
 * @param {HTMLElement} panel
 * @param {string[][]} rows
 */
export function putTable(panel, rows) {
  const body = the("tbody", panel);
  body.replaceChildren(
    ...rows.map((cells) => {
      const row = document.createElement("tr");
      row.append(
        ...cells.map((cell) => {
          const made = document.createElement("td");
          made.textContent = cell;
          return made;
        }),
      );
      return row;
    }),
  );
}
