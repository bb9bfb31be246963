// @ts-check
/**
 * The clocks of other places: every time element with a data-zone shows what time of the room it is there. Like the
 * room's own clock they go on without a link; in the past and in a replay they show the time of then.
 */
import { on, write } from "./page.js";
import { clockWords, roomTime } from "./room.js";

const LOOK_MS = 200;
const MINUTE_US = 60_000_000;

/** The minute that is shown. */
let shown = Number.NaN;

/**
 * @param {HTMLElement} clock
 * @param {number} us
 */
function set(clock, us) {
  let words;
  try {
    words = clockWords(us, clock.dataset.zone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // A browser that does not know the zone leaves the clock to the server, which does.
    return;
  }
  for (const [part, text] of Object.entries(words)) {
    const place = clock.querySelector(`:scope > .${part}`);
    if (place) write(place, text);
  }
}

/** @param {ParentNode} within */
function setAll(within) {
  const us = roomTime();
  for (const clock of within.querySelectorAll("time[data-zone]")) {
    if (clock instanceof HTMLElement) set(clock, us);
  }
}

function look() {
  const minute = Math.floor(roomTime() / MINUTE_US);
  if (minute === shown) return;
  shown = minute;
  setAll(document);
}

on("changed", ({ element }) => setAll(element));

setInterval(look, LOOK_MS);
look();
