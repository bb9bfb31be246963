// @ts-check
/**
 * A wall hangs for weeks: it keeps its display awake, and in the small hours it turns its colours round for two minutes,
 * which spares what burns in, and loads itself anew while the link is there. Times are of the real day in the room's
 * zone, also where the room's own time runs at another rate.
 */
import { the, write } from "./page.js";
import { reload } from "./reload.js";
import { clockWords } from "./room.js";
import { _ } from "./words.js";

const INVERTED = ["04:00", "04:01"];
const RELOAD = "04:17";
const LOOK_MS = 10_000;

/** A page that is younger than this has been loaded today. */
const YOUNG_MS = 2 * 60 * 60 * 1000;

const root = document.documentElement;
const theme = root.dataset.theme ?? "night";
const loadedAt = performance.now();

function look() {
  const { time } = clockWords(Date.now() * 1000);
  const inverted = INVERTED.includes(time);
  root.dataset.theme = inverted === (theme === "night") ? "day" : "night";
  write(the("[data-care]"), inverted ? _("Colours are turned round until 04:02, to spare the display") : "");
  const isOld = performance.now() - loadedAt > YOUNG_MS;
  if (time === RELOAD && isOld && root.dataset.state === "live") reload();
}

/** Browsers give it back whenever the page was hidden; some have none. */
async function stayAwake() {
  if (document.hidden || !("wakeLock" in navigator)) return;
  await navigator.wakeLock.request("screen").catch(() => null);
}

document.addEventListener("visibilitychange", stayAwake);
stayAwake();
look();
setInterval(look, LOOK_MS);
