// @ts-check
/**
 * The review by keys: j and k go from row to row of the queue, m checks the row out and u in; on the review of one network
 * a key presses the button or goes to the field that carries it. Without this script all of it can be pressed as well.
 */

/** @param {EventTarget | null} target */
function isTyped(target) {
  return target instanceof HTMLElement && target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

/** @param {number} step */
function move(step) {
  const links = [...document.querySelectorAll("[data-row] a")];
  const row = document.activeElement?.closest("[data-row]");
  const at = row ? links.findIndex((link) => row.contains(link)) : -1;
  const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))];
  if (!(next instanceof HTMLElement)) return;
  next.focus({ focusVisible: true });
  next.scrollIntoView({ block: "nearest" });
}

// Whoever has checked a row out comes back to it.
const returned = document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (returned?.closest("[data-row]")) returned.focus({ focusVisible: true });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (isTyped(event.target) || localStorage.getItem("warroom.keys") === "off") return;
  if (event.key === "j" || event.key === "k") return move(event.key === "j" ? 1 : -1);
  const key = CSS.escape(event.key);
  const row = document.activeElement?.closest("[data-row]");
  const found = row?.querySelector(`[data-act="${key}"]`) ?? document.querySelector(`.review [data-key="${key}"]`);
  if (!(found instanceof HTMLElement)) return;
  event.preventDefault();
  if (isTyped(found)) found.focus();
  else found.click();
});
