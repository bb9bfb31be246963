// @ts-check
/**
 * Whether the picture can be trusted, told by silence and not by errors: a pulled cable says nothing. A beat comes
 * every second; after three without a message the wall is stale, after sixty it is frozen. Coming back is silent.
 * A beat also says for how long the server could not read the log: a live link to an old picture is no live picture.
 */
import { on, the, write } from "./page.js";
import { clockWords, roomTime } from "./room.js";
import { _ } from "./words.js";

const STALE_MS = 3_000;
const GONE_MS = 60_000;
const LOOK_MS = 200;

const root = document.documentElement;
const head = the(".alarm-head");
const why = the(".alarm-why");
const polite = the("[data-say]");
const assertive = the("[data-alert]");

let heardAt = performance.now();
/** When the server last read the log; none while it can. */
let readAt = Number.POSITIVE_INFINITY;
let attempt = 0;
let signedOut = false;

/** @param {number} ms Cut, never rounded up: min to 90, h to 72, then d. */
function duration(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 90) return _("{n} min", { n: minutes });
  if (minutes < 120) return _("1.5 h");
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? _("{n} h", { n: hours }) : _("{n} d", { n: Math.floor(hours / 24) });
}

/** @param {number} oldMs */
function stateOf(oldMs) {
  if (signedOut || oldMs >= GONE_MS) return "disconnected";
  return oldMs > STALE_MS ? "stale" : "live";
}

/**
 * @param {string} state
 * @param {number} trueAt When the picture was last known to be true.
 */
function words(state, trueAt) {
  const oldMs = performance.now() - trueAt;
  const seen = clockWords(roomTime(trueAt));
  const at = `${seen.second} ${seen.zone}`;
  if (signedOut) return [_("This wall is signed out"), _("Frozen at {time}. Sign it in again.", { time: at })];
  const isLinked = performance.now() - heardAt <= STALE_MS;
  if (state === "stale") {
    const second = isLinked
      ? _("The log does not answer. Showing {time}.", { time: at })
      : _("Showing {time}. Figures may be behind.", { time: at });
    return [_("Data {n} s old", { n: Math.floor(oldMs / 1000) }), second];
  }
  const since = { duration: duration(oldMs) };
  if (isLinked) return [_("No log for {duration}", since), _("Frozen at {time}. The log does not answer.", { time: at })];
  const tried = { time: at, n: Math.max(1, attempt) };
  return [_("No link for {duration}", since), _("Frozen at {time}. Retrying, attempt {n}.", tried)];
}

function look() {
  const trueAt = Math.min(heardAt, readAt);
  const state = stateOf(performance.now() - trueAt);
  const [first, second] = state === "live" ? ["", ""] : words(state, trueAt);
  write(head, first);
  write(why, second);
  const before = root.dataset.state;
  if (state === before && (state !== "disconnected" || assertive.textContent)) return;
  root.dataset.state = state;
  // Said once on the way in; the seconds that follow are for the eyes.
  write(polite, state === "stale" ? `${first}. ${second}` : "");
  write(assertive, state === "disconnected" ? `${first}. ${second}` : "");
}

on("heard", ({ unread_s: unreadS }) => {
  heardAt = performance.now();
  if (unreadS !== undefined) readAt = unreadS ? heardAt - unreadS * 1000 : Number.POSITIVE_INFINITY;
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
