// @ts-check
/**
 * The files of a snapshot are made when somebody asks. Says which one is being made and for how long, saves it once it
 * is whole, and says why it was not made. Without this a link is a download as any other.
 */
import { _ } from "./words.js";

const TELL_MS = 400;

const files = document.querySelector("[data-files]");
const told = document.querySelector("[data-files-told]");

/** @param {string} words */
function tell(words) {
  if (told) told.textContent = words;
}

/** @param {HTMLAnchorElement} link */
async function fetched(link) {
  const answer = await fetch(link.href, { cache: "no-store" });
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.reason ?? _("answered {status}", { status: answer.status }));
  }
  const name = /filename="([^"]*)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "";
  return { name: decodeURIComponent(name), body: await answer.blob() };
}

/** @param {{name: string, body: Blob}} file */
function save({ name, body }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(body);
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {HTMLAnchorElement} link */
async function make(link) {
  const file = link.dataset.file ?? "";
  const began = performance.now();
  const say = () => {
    const seconds = Math.floor((performance.now() - began) / 1_000);
    tell(seconds ? _("{file} is being made, {seconds} s", { file, seconds }) : _("{file} is being made", { file }));
  };
  let clock = setTimeout(() => {
    say();
    clock = setInterval(say, 1_000);
  }, TELL_MS);
  link.setAttribute("aria-busy", "true");
  try {
    save(await fetched(link));
    tell("");
  } catch (error) {
    const reason = error instanceof TypeError ? _("nobody answered") : error instanceof Error ? error.message : "";
    tell(_("{file} was not made: {reason}", { file, reason }));
  } finally {
    clearInterval(clock);
    link.removeAttribute("aria-busy");
  }
}

files?.addEventListener("click", (event) => {
  const click = /** @type {MouseEvent} */ (event);
  const link = click.target instanceof Element ? click.target.closest("a") : null;
  if (!link || click.button || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey) return;
  click.preventDefault();
  if (!files.querySelector("[aria-busy]")) make(link);
});
