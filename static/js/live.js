// @ts-check
/**
 * The live feed: one socket, the newest frame of each topic, painted with the next animation frame, and the answer that
 * it is on the screen. Frames carry state, not changes: any may be dropped or come twice without harm (app/hub.py).
 */
import { pause, say, the, write } from "./page.js";
import { reload } from "./reload.js";
import { attend } from "./socket.js";

/** @typedef {{topic: string, epoch: string, seq: number, as_of: number, html?: string, columns?: object}} Frame */
/** @typedef {{type: string, epoch: string, seq: number, now: number, rate: number, version: string, unread_s: number}} Pulse */

const page = document.body.dataset;
const address = new URL(page.live ?? "/live", location.href);
address.protocol = address.protocol.replace("http", "ws");
address.searchParams.set("topics", page.topics ?? "");

const counter = the("[data-seq]");
const digits = new Intl.NumberFormat(document.documentElement.lang || "en");

let version = page.version ?? "";
let epoch = page.epoch ?? "";
/** The newest position of the log that was heard of in this epoch. */
let newest = Number(counter.textContent?.replace(/\D/g, ""));

/** @type {Map<string, Pick<Frame, "epoch" | "seq" | "as_of">>} What the screen shows of each topic. */
const held = new Map();
/** @type {Map<string, Frame>} */
const waiting = new Map();
let planned = false;
/** When the charts of all frames so far have their columns: what is answered keeps its order. */
let charted = Promise.resolve();

for (const topic of (page.topics ?? "").split(",")) held.set(topic, { epoch, seq: newest, as_of: Number(page.now) });

// ---------------------------------------------------------------------------------------------------- what comes in

/**
 * Another epoch starts anew; within one the log never goes back.
 * @param {{epoch: string, seq: number}} message
 */
function follow(message) {
  newest = epoch && message.epoch !== epoch ? message.seq : Math.max(newest, message.seq);
  if (!epoch) for (const shown of held.values()) shown.epoch = message.epoch;
  epoch = message.epoch;
}

/** @param {Frame} frame */
function take(frame) {
  const shown = waiting.get(frame.topic) ?? held.get(frame.topic);
  const older = shown?.epoch === frame.epoch && (frame.seq - shown.seq || frame.as_of - shown.as_of) < 0;
  if (!older) waiting.set(frame.topic, frame);
}

/** @param {(Frame & {type: "frame"}) | Pulse} message */
function hear(message) {
  follow(message);
  if ("topic" in message) take(message);
  else renew(message.version);
  say("heard", message);
  plan();
}

/**
 * Another build serves: load the page anew, once for each build and only if it is there to be loaded.
 * @param {string} served
 */
async function renew(served) {
  version ||= served;
  if (!served || served === version || sessionStorage.getItem("warroom.version") === served) return;
  sessionStorage.setItem("warroom.version", served);
  if (!(await reload())) sessionStorage.removeItem("warroom.version");
}

// ---------------------------------------------------------------------------------------------------- what is shown

function plan() {
  if (planned) return;
  planned = true;
  // A hidden page gets no animation frames, and the server lets go of a screen that does not answer.
  if (document.hidden) paint();
  else requestAnimationFrame(paint);
}

function paint() {
  if (!planned) return;
  planned = false;
  const frames = [...waiting.values()];
  const seq = newest;
  waiting.clear();
  for (const frame of frames) {
    held.set(frame.topic, frame);
    if (frame.html !== undefined) fill(frame.topic, frame.html);
  }
  const charts = frames.filter((frame) => frame.columns);
  if (!charts.length) write(counter, digits.format(seq));
  // Numbers first: charts are drawn once these are on the glass, each in a task of its own.
  charted = charted.then(async () => {
    await pause();
    for (const { topic, columns } of charts) {
      say("columns", { topic, element: panel(topic), columns });
      await pause();
    }
    write(counter, digits.format(seq));
    answer(JSON.stringify({ seen: seq }));
  });
}

/** @param {string} topic */
function panel(topic) {
  return /** @type {HTMLElement | null} */ (document.querySelector(`[data-topic="${CSS.escape(topic)}"]`));
}

/**
 * @param {string} topic
 * @param {string} html From the server's own templates, which escape what comes from outside.
 */
function fill(topic, html) {
  const element = panel(topic);
  if (!element) return;
  // A chart gets HTML only when the server could not draw it, and keeps what it needs to be drawn again.
  if ("columns" in element.dataset) say("fault", { element, error: `the server could not draw ${topic}` });
  else element.innerHTML = html;
  say("changed", { element });
}

document.addEventListener("visibilitychange", () => document.hidden && paint());

const answer = attend(address, hear, (loss) => say("lost", loss));
