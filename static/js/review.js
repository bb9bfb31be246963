// @ts-check
/**
 * The queue of the review by keys: j and k go from row to row, m checks the row out and u in. Without this script all of
 * it can be pressed as well; the keys of the review of one network are those of every page (keys.js).
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
  const row = document.activeElement?.closest("[data-row]");
  const found = row?.querySelector(`[data-act="${CSS.escape(event.key)}"]`);
  if (!(found instanceof HTMLElement)) return;
  event.preventDefault();
  found.click();
});
