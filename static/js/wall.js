// @ts-check
/**
 * The wall as a whole: text that fits its place, panels that own up to a fault, and the drift that spares the display.
 */
import { fit, fitAnew } from "./fit.js";
import { on, rem, the, write } from "./page.js";
import { _ } from "./words.js";

const DRIFT_MS = 30_000;

/** Pixels of drift to either side, at 1080 lines (10 px a rem). */
const DRIFT_PX = 8;

/**
 * Back and forth between -most and most, a pixel a step, beginning in the middle.
 * @param {number} step
 * @param {number} most
 */
function swing(step, most) {
  const place = (step + most) % (4 * most);
  return (place < 2 * most ? place : 4 * most - place) - most;
}

/** One pixel every thirty seconds, to the side and down in turn; the two ways differ, so that they cover the margin. */
function drift() {
  const step = Math.floor(performance.now() / DRIFT_MS);
  const most = Math.round((DRIFT_PX * rem()) / 10);
  const stage = the(".stage").style;
  stage.setProperty("--dx", `${swing(Math.ceil(step / 2), most)}px`);
  stage.setProperty("--dy", `${swing(Math.floor(step / 2), most - 1)}px`);
}

on("changed", ({ element }) => fit(element));

on("fault", ({ element, error }) => {
  console.error("a panel could not be drawn", error);
  const said = element.querySelector(":scope > .fault") ?? document.createElement("p");
  said.className = "fault";
  write(said, _("Cannot draw this. Reported {time}.", { time: the(".clock b").textContent ?? "" }));
  element.append(said);
});

on("drawn", ({ element }) => element.querySelector(":scope > .fault")?.remove());

addEventListener("resize", () => {
  fitAnew();
  drift();
});

fitAnew();
document.fonts.ready.then(fitAnew);
drift();
setInterval(drift, DRIFT_MS);
