// @ts-check
/**
 * A page of the desk asks for its parts marked data-again anew, and says so when nobody answers: a page that stands still
 * must not look alive. Nothing is replaced under a finger that is down, and the focus stays where it was.
 */
import { _ } from "./words.js";

const AGAIN_MS = 2_000;
const LATE_MS = 6_000;

const late = document.querySelector("[data-late]");
const parts = [...document.querySelectorAll("[data-again]")].map((element) => ({ element, shown: "" }));

let answeredAt = performance.now();
let signedOut = false;

/** @param {{element: Element, shown: string}} part */
async function ask(part) {
  const address = part.element.getAttribute("data-again") ?? "";
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(LATE_MS) });
  signedOut = answer.status === 401;
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  const html = await answer.text();
  answeredAt = performance.now();
  if (html !== part.shown && !part.element.matches(":active")) show(part, html);
}

/**
 * @param {{element: Element, shown: string}} part
 * @param {string} html
 */
function show(part, html) {
  const id = part.element.contains(document.activeElement) ? document.activeElement?.id : "";
  part.element.innerHTML = html;
  part.shown = html;
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
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
  if (!document.hidden) await Promise.allSettled(parts.map(ask));
  else answeredAt = performance.now();
  tell();
  setTimeout(again, AGAIN_MS);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) Promise.allSettled(parts.map(ask)).then(tell);
});
setTimeout(again, AGAIN_MS);
