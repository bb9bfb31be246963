// @ts-check
/**
 * Whether the picture can be trusted, told by silence and not by errors: a pulled cable says nothing. A beat comes
 * every second; after three without a message the wall is stale, after sixty it is frozen. Coming back is silent.
 */
import { on, the, write } from "./page.js";
import { clockWords, roomTime } from "./room.js";

const STALE_MS = 3_000;
const GONE_MS = 60_000;
const LOOK_MS = 200;

const root = document.documentElement;
const head = the(".alarm-head");
const why = the(".alarm-why");
const polite = the("[data-say]");
const assertive = the("[data-alert]");

let heardAt = performance.now();
let attempt = 0;
let signedOut = false;

/** @param {number} ms Cut, never rounded up: min to 90, h to 72, then d. */
function duration(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? `${minutes < 120 ? 1.5 : hours} h` : `${Math.floor(hours / 24)} d`;
}

/** @param {number} silentMs */
function stateOf(silentMs) {
  if (signedOut || silentMs >= GONE_MS) return "disconnected";
  return silentMs > STALE_MS ? "stale" : "live";
}

/**
 * @param {string} state
 * @param {number} silentMs
 */
function words(state, silentMs) {
  const seen = clockWords(roomTime(heardAt));
  const at = `${seen.second} ${seen.zone}`;
  if (signedOut) return ["This wall is signed out", `Frozen at ${at}. Sign it in again.`];
  if (state === "stale") {
    return [`Data ${Math.floor(silentMs / 1000)} s old`, `Showing ${at}. Figures may be behind.`];
  }
  return [`No link for ${duration(silentMs)}`, `Frozen at ${at}. Retrying, attempt ${Math.max(1, attempt)}.`];
}

function look() {
  const silentMs = performance.now() - heardAt;
  const state = stateOf(silentMs);
  const [first, second] = state === "live" ? ["", ""] : words(state, silentMs);
  write(head, first);
  write(why, second);
  const before = root.dataset.state;
  if (state === before && (state !== "disconnected" || assertive.textContent)) return;
  root.dataset.state = state;
  // Said once on the way in; the seconds that follow are for the eyes.
  write(polite, state === "stale" ? `${first}. ${second}` : "");
  write(assertive, state === "disconnected" ? `${first}. ${second}` : "");
}

on("heard", () => {
  heardAt = performance.now();
  attempt = 0;
  signedOut = false;
  look();
});

on("lost", (loss) => {
  attempt = loss.attempt;
  signedOut ||= loss.signedOut;
  look();
});

setInterval(look, LOOK_MS);
