// @ts-check
/**
 * What this wall is told to show (topic walls/control/ID, app/walls/control.py): a pinned scene, else the one that an
 * alarm asks for, else its programme in turn. Turns follow the room's clock, so that all walls cut together at a whole
 * second. Without a link the rotation rests on a scene that can stand alone. Scenes stay in the page, hidden.
 */
import { fit } from "./fit.js";
import { on, say, the, write } from "./page.js";
import { reload } from "./reload.js";
import { realSeconds } from "./room.js";
import { _ } from "./words.js";

/** @typedef {{scene: string, subject: string}} Place */
/** @typedef {Place & {hold_s: number}} Entry */
/** @typedef {{scenes: Entry[], pinned: Place | null, alarm: Place | null, blank: boolean, message: string, mode: string,
 *   replay: string | null}} Control */

const LOOK_MS = 100;

/** Seconds by which a beat may come late. */
const LATE_S = 3;

const RESTS = ["situation", "glance"];

const root = document.documentElement;
const stage = the(".stage");
const ticks = the(".scenes");
const message = the("[data-message]");
const pinned = the("[data-pinned]");

/** @type {HTMLElement[]} */
const scenes = [...stage.querySelectorAll(".scene")].filter((each) => each instanceof HTMLElement);

/** @type {Control} What the page was made for. */
const first = JSON.parse(the("[data-control]").textContent ?? "");
let told = first;
let shown = scenes[0];
let counted = 0;

/** @param {Place | null | undefined} place */
function find(place) {
  if (!place) return undefined;
  return scenes.find(
    ({ dataset }) => dataset.scene === place.scene && (dataset.subject ?? "") === (place.subject ?? ""),
  );
}

/** @param {Control} control */
const places = (control) => [control.pinned, control.alarm, ...control.scenes].filter((each) => each !== null);

/** What the page has no scene for although it was made for it: there is no such thing, and another page has none. */
const never = new Set(places(first).filter((place) => !find(place)).map(named));

/** @param {Place} place */
function named(place) {
  return `${place.scene}/${place.subject}`;
}

/** @returns {Entry[]} */
function programme() {
  return told.scenes.filter((entry) => find(entry));
}

/** The room's whole seconds. A beat that came late sets its time back a little: that is no reason to cut back. */
function seconds() {
  const now = Math.floor(realSeconds());
  if (now > counted || now < counted - LATE_S) counted = now;
  return counted;
}

/** Whose turn it is. */
function turn() {
  const entries = programme();
  const whole = entries.reduce((sum, { hold_s: holdS }) => sum + holdS, 0);
  let at = whole ? seconds() % whole : 0;
  return entries.find(({ hold_s: holdS }) => {
    at -= holdS;
    return at < 0;
  });
}

function wanted() {
  const held = find(told.pinned);
  if (held) return held;
  if (root.dataset.state !== "live") {
    const rest = RESTS.includes(shown.dataset.scene ?? "") ? shown : undefined;
    return rest ?? RESTS.map((scene) => find({ scene, subject: "" })).find(Boolean) ?? shown;
  }
  return find(told.alarm) ?? find(turn()) ?? shown;
}

/** @param {HTMLElement} scene */
function cut(scene) {
  shown.dataset.off = "";
  delete scene.dataset.off;
  shown = scene;
  const title = scene.dataset.title ?? "";
  stage.dataset.shown = scene.dataset.scene;
  write(the(".title"), title);
  write(the(".scene-name"), title);
  document.title = `${title} · Warroom`;
  fit(scene);
  say("shown", { element: scene });
}

function drawTicks() {
  const entries = told.pinned ? [] : programme();
  if (ticks.children.length !== entries.length) {
    ticks.replaceChildren(...entries.map(() => document.createElement("i")));
  }
  [...ticks.children].forEach((tick, at) => {
    const kind = find(entries[at]) === shown ? "on" : "";
    if (tick.className !== kind) tick.className = kind;
  });
}

/** Whether what it is told to show is not on this page. */
function isElsewhere() {
  const isLacking = places(told).some((place) => !find(place) && !never.has(named(place)));
  return isLacking || told.replay !== first.replay || told.mode !== first.mode;
}

function look() {
  if (isElsewhere()) reload();
  const scene = wanted();
  if (scene !== shown) cut(scene);
  drawTicks();
}

function obey() {
  root.toggleAttribute("data-blank", told.blank);
  write(message, told.message);
  write(pinned, told.pinned ? _("pinned") : "");
  look();
}

on("columns", ({ topic, columns }) => {
  if (!topic.startsWith("walls/control/")) return;
  told = columns;
  obey();
});

obey();
setInterval(look, LOOK_MS);
