// @ts-check
/**
 * The header's right half: the room's clock, one bar for each beat that came or did not, and the age of the last
 * message. All of it is known to the browser by itself and stays true without a link.
 */
import { on, the, write } from "./page.js";
import { clockWords, roomTime } from "./room.js";

const BEAT_MS = 1000;

/** Past its time by this much, a beat has been missed. */
const GRACE_MS = 900;

const LOOK_MS = 200;

const bars = [...the(".pulse").children];
const age = the(".age");
const clock = the(".clock");

/** @type {string[]} Oldest first; an empty string where the page was not there yet. */
const beats = bars.map(() => "");
let dueAt = performance.now() + BEAT_MS;
let heardAt = performance.now();

/** @param {string} kind */
function step(kind) {
  if (beats.at(-1) === "new") beats[beats.length - 1] = "on";
  beats.shift();
  beats.push(kind);
}

function drawBars() {
  beats.forEach((kind, place) => {
    if (bars[place].className !== kind) bars[place].className = kind;
  });
}

function look() {
  const at = performance.now();
  const words = clockWords(roomTime(at));
  write(the(".day", clock), words.day);
  write(the("b", clock), words.time);
  write(the(".zone", clock), words.zone);
  write(age, `${Math.floor((at - heardAt) / 1000)}\u202fs`);
  // After a long sleep, no more than fills the row.
  dueAt = Math.max(dueAt, at - beats.length * BEAT_MS - GRACE_MS);
  while (at > dueAt + GRACE_MS) {
    step("miss");
    dueAt += BEAT_MS;
  }
  drawBars();
}

on("heard", ({ type }) => {
  heardAt = performance.now();
  if (type === "beat") {
    step("new");
    dueAt = heardAt + BEAT_MS;
  }
  look();
});

setInterval(look, LOOK_MS);
look();
