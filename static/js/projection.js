// @ts-check
/**
 * Natural earth (Patterson's polynomial) in the map's box, in rem from its top left corner: the same function by which
 * dashboards/figures/situation_map.py draws its arcs and Plotly its land.
 */
const SOUTH = -39;
const NORTH = 74;
const MIDDLE = 10;
const WIDEST = 0.8707;

/** @param {number} degrees */
const radians = (degrees) => (degrees * Math.PI) / 180;

/** @param {number} f Latitude in radians. */
function across(f) {
  const f2 = f * f;
  const f4 = f2 * f2;
  return WIDEST - 0.131979 * f2 + f4 * (-0.013791 + f4 * (0.003971 * f2 - 0.001529 * f4));
}

/** @param {number} f Latitude in radians. */
function up(f) {
  const f2 = f * f;
  const f4 = f2 * f2;
  return f * (1.007226 + f2 * (0.015085 + f4 * (-0.044475 + 0.028874 * f2 - 0.005916 * f4)));
}

/**
 * Plotly fits the box around a shape with four great circles for an edge, which bulge towards the pole.
 * @param {number} lat
 */
function edge(lat) {
  return up(Math.atan(Math.tan(radians(lat)) / Math.cos(Math.PI / 4)));
}

/**
 * @param {number} width In rem.
 * @param {number} height In rem.
 * @returns {(lat: number, lon: number) => {x: number, y: number}}
 */
export function projection(width, height) {
  const centre = up(radians((NORTH + SOUTH) / 2));
  const scale = Math.min(width / (2 * Math.PI * WIDEST), height / (edge(NORTH) - edge(SOUTH)));
  return (lat, lon) => {
    const turned = radians(((((lon - MIDDLE + 180) % 360) + 360) % 360) - 180);
    return {
      x: width / 2 + turned * across(radians(lat)) * scale,
      y: height / 2 - (up(radians(lat)) - centre) * scale,
    };
  };
}
