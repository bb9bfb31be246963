// @ts-check
/**
 * A page of the desk asks for its parts marked data-again anew, and says so when nobody answers: a page that stands still
 * must not look alive. Nothing is replaced under a finger that is down, and the focus stays where it was.
 */
import { _ } from "./words.js";

const AGAIN_MS = 2_000;
const LATE_MS = 6_000;

const late = document.querySelector("[data-late]");

/**
 * What each part showed last; a part may come with what is swapped into the page.
 * @type {WeakMap<Element, string>}
 */
const shown = new WeakMap();

let answeredAt = performance.now();
let signedOut = false;

/** @param {Element} part */
async function ask(part) {
  const address = part.getAttribute("data-again") ?? "";
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(LATE_MS) });
  signedOut = answer.status === 401;
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  const html = await answer.text();
  answeredAt = performance.now();
  if (html !== shown.get(part) && !part.matches(":active")) show(part, html);
}

/**
 * @param {Element} part
 * @param {string} html
 */
function show(part, html) {
  const id = part.contains(document.activeElement) ? document.activeElement?.id : "";
  part.innerHTML = html;
  shown.set(part, html);
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}

function askAll() {
  return Promise.allSettled([...document.querySelectorAll("[data-again]")].map(ask));
}

function tell() {
  const silentMs = performance.now() - answeredAt;
  const words = signedOut
    ? _("Signed out: this page stands still")
    : silentMs > LATE_MS
      ? _("No answer from the room for {n} s", { n: Math.floor(silentMs / 1000) })
      : "";
  document.documentElement.dataset.state = words ? "stale" : "live";
  if (late && late.textContent !== words) late.textContent = words;
}

async function again() {
  if (!document.hidden) await askAll();
  else answeredAt = performance.now();
  tell();
  setTimeout(again, AGAIN_MS);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) askAll().then(tell);
});
setTimeout(again, AGAIN_MS);
