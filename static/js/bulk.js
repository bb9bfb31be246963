// @ts-check
/**
 * Choosing many rows of a table by keyboard: x ticks the row that has the focus, shift+x all from the last one on, and
 * the box in the head all that are shown. Without it every box can be ticked by itself.
 */
const form = document.querySelector("[data-bulk]");
const head = /** @type {HTMLElement | null} */ (form?.querySelector("[data-every]") ?? null);
const every = head?.querySelector("input");
const boxes = /** @type {HTMLInputElement[]} */ ([...(form?.querySelectorAll("input[name=asset]") ?? [])]);

let last = 0;

if (head) head.hidden = false;

every?.addEventListener("change", () => {
  for (const box of boxes) box.checked = every.checked;
});

form?.addEventListener("keydown", (event) => {
  const pressed = /** @type {KeyboardEvent} */ (event);
  const at = boxes.indexOf(/** @type {HTMLInputElement} */ (pressed.target));
  if (at < 0 || pressed.key.toLowerCase() !== "x" || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
  pressed.preventDefault();
  const ticked = !boxes[at].checked;
  const [from, to] = pressed.shiftKey ? [Math.min(last, at), Math.max(last, at)] : [at, at];
  for (const box of boxes.slice(from, to + 1)) box.checked = ticked;
  last = at;
});
