// @ts-check
/**
 * The room's time: what the server last said, carried on by a clock that nobody can set (performance.now). During the
 * demonstration the room's time runs at another rate. Words are spelt as render.clock_words spells them.
 */
import { on } from "./page.js";
import { _ } from "./words.js";

const { now, rate, zone } = document.body.dataset;

let saidUs = Number(now);
let saidAt = performance.now();
let pace = Number(rate);

on("heard", (message) => {
  if (message.now === undefined) return;
  saidUs = message.now;
  saidAt = performance.now();
  pace = message.rate;
});

/**
 * The room's time at an instant of performance.now, in µs.
 * @param {number} at
 */
export function roomTime(at = performance.now()) {
  return saidUs + (at - saidAt) * 1000 * pace;
}

/** Seconds that run as fast as real ones and are the same on every wall of the room. */
export function realSeconds() {
  return pace ? roomTime() / 1e6 / pace : Date.now() / 1000;
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const english = new Map();

/** @param {string} where IANA name of a time zone. */
function formatOf(where) {
  let format = english.get(where);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: where,
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    });
    english.set(where, format);
  }
  return format;
}

/**
 * "Fri 26 Oct", "14:32", "14:32:08", "UTC".
 * @param {number} us
 * @param {string} [where] IANA name of a time zone; without one it is the room's.
 */
export function clockWords(us, where = zone || "UTC") {
  /** @type {Record<string, string>} */
  const part = {};
  for (const { type, value } of formatOf(where).formatToParts(us / 1000)) part[type] = value;
  const time = `${part.hour}:${part.minute}`;
  return {
    day: `${_(part.weekday)} ${part.day} ${_(part.month)}`,
    time,
    second: `${time}:${part.second}`,
    zone: part.timeZoneName,
  };
}
