// @ts-check
/**
 * Where the labels of a map stand: beside their disc or off the coast, over the sea rather than land, never over
 * another label, a disc or the edge. Everything in rem. The order of the labels is their rank: the first choose first.
 */

import { away, clash, dots, nearest, same } from "./plane.js";

/** @typedef {import("./plane.js").Box} Box */
/** @typedef {import("./plane.js").Point} Point */
/** @typedef {{x: number, y: number, r: number}} Disc */
/** @typedef {Disc & {west: number, east: number, forms: {w: number, h: number}[]}} Mark */
/** @typedef {{box: Box, form: number, side: string, leader: [Point, Point] | null, cost: number}} Place */
/** @typedef {(box: Box) => number} Share How much of a box is land. */
/** @typedef {{width: number, height: number, curves: Point[], land: Share}} Ground */
/** @typedef {Ground & {countries: Disc[], heads: Disc[]}} Field */

const GAP = 0.7;
const AIR = 0.35;

/** Distances from the coast that are tried. */
const OFF = [1.2, 3, 5, 7, 10, 14];

/** From this distance on, a line leads from the label to its mark. */
const FAR = 3.2;

/** More lines than these are a tangle; the labels that would need one are counted in a corner. */
const MOST_LEADERS = 6;

/** A label that stands nearer to another disc than this, compared with its own country, is taken for the other's. */
const NEAR = 1.5;

/** What makes a place worse, in rem of distance. */
const COST = { curve: 1.6, form: 0.5, left: 1, away: 0.12, pole: 2, step: 0.5, leader: 6, stranger: 5 };

/**
 * A coastline through a label is worse than land all under it.
 * @param {number} share
 */
function ashore(share) {
  return share < 0.02 ? 0 : Math.min(2.2, 0.8 + 4 * share);
}

/**
 * Every place worth looking at, with what it costs by itself.
 * @param {Mark} mark
 * @returns {Generator<Place>}
 */
function* places(mark) {
  const edge = mark.r + GAP;
  const right = [mark.x + edge, ...OFF.map((off) => Math.max(mark.x + edge, mark.east + off))];
  const left = [mark.x - edge, ...OFF.map((off) => Math.min(mark.x - edge, mark.west - off))];
  for (const [form, { w, h }] of mark.forms.entries()) {
    const base = form * COST.form;
    for (const step of [0, -0.5, 0.5, -1, 1, -1.6, 1.6]) {
      const y = mark.y - h / 2 + step * h;
      const cost = base + Math.abs(step) * COST.step * h;
      for (const x of right) yield { box: { x, y, w, h }, form, side: "right", leader: null, cost };
      for (const x of left) {
        yield { box: { x: x - w, y, w, h }, form, side: "left", leader: null, cost: cost + COST.left };
      }
    }
    for (const x of [mark.x - w / 2, mark.x - w + mark.r, mark.x - mark.r]) {
      for (const y of [mark.y - edge - h, mark.y + edge]) {
        yield { box: { x, y, w, h }, form, side: "right", leader: null, cost: base + COST.pole };
      }
    }
    for (let turn = 0; turn < 24; turn += 1) {
      for (const far of [5, 8, 11]) {
        const x = mark.x + Math.cos((turn * Math.PI) / 12) * far;
        const y = mark.y + Math.sin((turn * Math.PI) / 12) * far;
        const box = { x: x < mark.x ? x - w : x, y: y - h / 2, w, h };
        yield { box, form, side: x < mark.x ? "left" : "right", leader: null, cost: base + COST.leader };
      }
    }
  }
}

/**
 * The point of a country, along the latitude of its mark, that is nearest to a box.
 * @param {Box} box
 * @param {Mark} mark
 */
function coast(box, { west, east, y }) {
  return { x: Math.min(Math.max(west, box.x), east), y };
}

/** @param {Place} place @param {Mark} mark */
function led(place, mark) {
  const end = nearest(place.box, mark);
  const length = Math.hypot(end.x - mark.x, end.y - mark.y);
  if (Math.min(away(place.box, coast(place.box, mark)), length - mark.r) < FAR) return null;
  const along = (/** @type {number} */ from) => ({
    x: mark.x + ((end.x - mark.x) * from) / length,
    y: mark.y + ((end.y - mark.y) * from) / length,
  });
  return /** @type {[Point, Point]} */ ([along(mark.r + 0.2), along(length - AIR)]);
}

/**
 * Places for as many marks as have one; null for the others.
 * @param {Mark[]} marks
 * @param {Field} field
 * @param {Box[]} taken Boxes that are not free.
 * @returns {(Place | null)[]}
 */
export function placed(marks, field, taken) {
  const boxes = [...taken];
  const discs = [...field.countries, ...field.heads];
  let leaders = 0;
  /** @type {Point[]} */
  const lines = [];
  return marks.map((mark) => {
    /** @type {Place | null} */
    let best = null;
    for (const place of places(mark)) {
      const { box } = place;
      if (box.x < 0 || box.y < 0 || box.x + box.w > field.width || box.y + box.h > field.height) continue;
      const own = Math.min(away(box, coast(box, mark)), away(box, mark) - mark.r);
      let cost = place.cost + COST.away * own;
      if (best && cost >= best.cost) continue;
      if (boxes.some((other) => clash(box, other, AIR))) continue;
      if (discs.some((disc) => away(box, disc) < disc.r + AIR)) continue;
      if (lines.some((point) => away(box, point) < AIR)) continue;
      const leader = led(place, mark);
      if (leader && leaders === MOST_LEADERS) continue;
      const path = dots(leader);
      if (path.some((p) => boxes.some((b) => away(b, p) < AIR))) continue;
      if (path.slice(1).some((p) => discs.some((d) => Math.hypot(d.x - p.x, d.y - p.y) < d.r))) continue;
      cost += ashore(field.land({ x: box.x - GAP, y: box.y, w: box.w + 2 * GAP, h: box.h }));
      if (leader && place.cost < COST.leader) cost += COST.leader;
      cost += COST.curve * Math.min(3, field.curves.filter((point) => away(box, point) < AIR).length);
      const nearer = (/** @type {Disc} */ disc) => !same(disc, mark) && away(box, disc) - disc.r < own + NEAR;
      if (!leader && field.countries.some(nearer)) cost += COST.stranger;
      if (!best || cost < best.cost) best = { ...place, leader, cost };
    }
    if (best) boxes.push(best.box);
    if (best?.leader) lines.push(...dots(best.leader));
    leaders += best?.leader ? 1 : 0;
    return best;
  });
}
