// @ts-check
/**
 * Figures come with names for colours ("--data1") and lengths in rem ("0.3rem"), which Plotly does not know. They are
 * looked up when a figure is drawn, so that a theme, a state or a new size of the window needs no second list.
 */
import { rem } from "./page.js";

/** One length, or several with commas between them (a dash). */
const LENGTHS = /^\d*\.?\d+rem(,\d*\.?\d+rem)*$/;

/**
 * A copy of a figure, or of any part of it, that Plotly understands.
 * @param {any} part
 * @returns {any}
 */
export function resolved(part) {
  const style = getComputedStyle(document.documentElement);
  const size = rem();
  /** @param {any} each @returns {any} */
  const resolve = (each) => {
    if (Array.isArray(each)) return each.map(resolve);
    if (each !== null && typeof each === "object") {
      return Object.fromEntries(Object.entries(each).map(([name, value]) => [name, resolve(value)]));
    }
    if (typeof each !== "string") return each;
    if (each.startsWith("--")) return style.getPropertyValue(each).trim();
    if (!LENGTHS.test(each)) return each;
    const lengths = each.split(",").map((length) => Number.parseFloat(length) * size);
    return lengths.length > 1 ? lengths.map((length) => `${length}px`).join(",") : lengths[0];
  };
  return resolve(part);
}

/**
 * A figure whose traces have their columns: {"discs": {"marker.size": […]}} goes to the trace of that name. What the
 * columns say of the layout (annotations, shapes, ranges) stands in the place of what the figure says.
 * @param {{data: any[], layout: object, config: object}} figure
 * @param {{traces: Record<string, Record<string, any[]>>, layout?: object}} columns
 */
export function bound(figure, columns) {
  const made = structuredClone(figure);
  Object.assign(made.layout, columns.layout);
  for (const trace of made.data) {
    for (const [path, values] of Object.entries(columns.traces[trace.name] ?? {})) {
      const steps = path.split(".");
      const last = steps.pop() ?? path;
      const owner = steps.reduce((part, name) => (part[name] ??= {}), trace);
      owner[last] = values;
    }
  }
  return made;
}
