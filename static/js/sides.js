// @ts-check
/**
 * On which side of its mark a name stands: right, left, above or below, whichever covers fewest marks, no other name, and
 * does not leave the picture. Everything in px; the order of the names is their rank, the first choose first.
 */

/** @typedef {{x: number, y: number, r: number}} Mark */
/** @typedef {{x: number, y: number, w: number, h: number}} Box From its upper left corner. */

/** Between a mark and its name. */
const GAP = 4;

/** A mark this near to a name is taken for covered. */
const NEAR = 3;

/** What it costs to stand over another name, or outside: more than all marks that a name could cover. */
const NEVER = 10_000;

/**
 * @param {Mark} mark
 * @param {number} r Of all that stands round its middle.
 * @param {{w: number, h: number}} size
 * @returns {Box[]}
 */
function sides({ x, y }, r, { w, h }) {
  return [
    { x: x + r + GAP, y: y - h / 2, w, h },
    { x: x - r - GAP - w, y: y - h / 2, w, h },
    { x: x - w / 2, y: y - r - GAP - h, w, h },
    { x: x - w / 2, y: y + r + GAP, w, h },
  ];
}

/** @param {Box} box @param {Mark} mark */
function covers(box, { x, y, r }) {
  const near = NEAR + r / 2;
  return x > box.x - near && x < box.x + box.w + near && y > box.y - near && y < box.y + box.h + near;
}

/** @param {Box} one @param {Box} other */
function meet(one, other) {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

/**
 * The boxes of names; null for one that has no place where it could be read, or whose mark is outside.
 * @param {{mark: Mark, ring: number, size: {w: number, h: number}}[]} names ``ring`` is what stands round the mark.
 * @param {Mark[]} marks All of them, those that are named among them.
 * @param {{width: number, height: number}} field
 * @returns {(Box | null)[]}
 */
export function placed(names, marks, { width, height }) {
  /** @type {Box[]} */
  const taken = [];
  return names.map(({ mark, ring, size }) => {
    if (mark.x < 0 || mark.y < 0 || mark.x > width || mark.y > height) return null;
    let best = null;
    let least = NEVER;
    for (const box of sides(mark, mark.r + ring, size)) {
      const outside = box.x < 0 || box.y < 0 || box.x + box.w > width || box.y + box.h > height;
      if (outside || taken.some((other) => meet(box, other))) continue;
      const cost = marks.filter((other) => other !== mark && covers(box, other)).length;
      if (cost < least) [best, least] = [box, cost];
    }
    if (best) taken.push(best);
    return best;
  });
}
