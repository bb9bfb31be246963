// @ts-check
/**
 * Where the drawn map has land, so that labels can keep to the sea: the shapes that Plotly drew, painted small into a
 * canvas that nobody sees.
 */

/** Points of the canvas for one rem. */
const FINE = 3;

/**
 * How much of a box lies on land, 0 to 1. Nowhere is land where nothing has been drawn.
 * @param {Element} plot
 * @param {number} size Pixels of one rem.
 * @returns {(box: {x: number, y: number, w: number, h: number}) => number}
 */
export function landUnder(plot, size) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil((plot.clientWidth / size) * FINE);
  canvas.height = Math.ceil((plot.clientHeight / size) * FINE);
  const ink = canvas.getContext("2d", { willReadFrequently: true });
  if (!ink || !canvas.width || !canvas.height) return () => 0;
  ink.scale(FINE / size, FINE / size);
  for (const shape of plot.querySelectorAll(".layer.land path, .choroplethlayer path")) {
    ink.fill(new Path2D(shape.getAttribute("d") ?? ""));
  }
  const { data, width, height } = ink.getImageData(0, 0, canvas.width, canvas.height);
  /** @param {number} row @param {number} column */
  const isLand = (row, column) =>
    row >= 0 && row < height && column >= 0 && column < width && data[4 * (row * width + column) + 3] > 0;
  return ({ x, y, w, h }) => {
    let points = 0;
    let land = 0;
    for (let row = Math.round(y * FINE); row < (y + h) * FINE; row += 2) {
      for (let column = Math.round(x * FINE); column < (x + w) * FINE; column += 2) {
        points += 1;
        if (isLand(row, column)) land += 1;
      }
    }
    return points ? land / points : 0;
  };
}
