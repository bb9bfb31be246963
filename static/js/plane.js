// @ts-check
/** Boxes, points and lines on a plane. */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, w: number, h: number}} Box */

const PARTS = 24;

/**
 * How far a point is from a box; 0 inside.
 * @param {Box} box
 * @param {Point} point
 */
export function away(box, { x, y }) {
  return Math.hypot(Math.max(box.x - x, 0, x - box.x - box.w), Math.max(box.y - y, 0, y - box.y - box.h));
}

/**
 * The point of a box that is nearest to another.
 * @param {Box} box
 * @param {Point} to
 */
export function nearest(box, to) {
  return { x: Math.min(Math.max(to.x, box.x), box.x + box.w), y: Math.min(Math.max(to.y, box.y), box.y + box.h) };
}

/**
 * Whether two boxes overlap, or stand side by side with less than `air` between them.
 * @param {Box} a
 * @param {Box} b
 * @param {number} air
 */
export function clash(a, b, air) {
  return a.x < b.x + b.w + air && b.x < a.x + a.w + air && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** @param {Point} a @param {Point} b */
export function same(a, b) {
  return a.x === b.x && a.y === b.y;
}

/**
 * Points along a line, both ends with it; none without a line.
 * @param {[Point, Point] | null} line
 */
export function dots(line) {
  if (!line) return [];
  const [a, b] = line;
  return Array.from({ length: PARTS + 1 }, (_, i) => ({
    x: a.x + ((b.x - a.x) * i) / PARTS,
    y: a.y + ((b.y - a.y) * i) / PARTS,
  }));
}
