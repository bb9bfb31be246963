// @ts-check
/**
 * Keys of a page of the desk. Every key belongs to something that can be pressed as well: an element with data-key is
 * clicked by its key, or focused where it is typed into. The sheet of all keys is made of them, so it cannot be wrong.
 * Keys can be turned off (WCAG 2.1.4); that is remembered on this device.
 */
const KEPT = "warroom.keys";

const root = document.documentElement;
root.dataset.keys = localStorage.getItem(KEPT) ?? "on";

/** @param {EventTarget | null} target */
function isTyped(target) {
  return target instanceof HTMLElement && target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

/** @param {KeyboardEvent} event */
function press(event) {
  const target = event.target;
  if (event.key === "Escape") leave(target);
  if (root.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (isTyped(target) || document.querySelector("dialog[open]") || event.defaultPrevented) return;
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)];
  const pressed = found.find((element) => element.checkVisibility({ visibilityProperty: true })) ?? found[0];
  if (!(pressed instanceof HTMLElement)) return;
  event.preventDefault();
  if (isTyped(pressed)) pressed.focus();
  else pressed.click();
}

/** @param {EventTarget | null} target */
function leave(target) {
  const open = document.querySelector(".order[open], .kf details[open]");
  open?.removeAttribute("open");
  open?.querySelector("summary")?.focus();
  if (isTyped(target) && target instanceof HTMLElement) target.blur();
}

/** @param {HTMLDialogElement} sheet */
function list(sheet) {
  const keys = sheet.querySelector("[data-keys]");
  keys?.querySelectorAll("[data-made]").forEach((row) => row.remove());
  const said = new Set();
  for (const element of document.querySelectorAll("[data-key][data-says]")) {
    const key = element.getAttribute("data-key") ?? "";
    if (said.has(key)) continue;
    said.add(key);
    const row = document.createElement("div");
    const [mark, says] = [document.createElement("dt"), document.createElement("dd")];
    mark.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    says.textContent = element.getAttribute("data-says");
    row.dataset.made = "";
    row.append(mark, says);
    keys?.append(row);
  }
}

document.addEventListener("keydown", press);

document.addEventListener("click", (event) => {
  const by = event.target instanceof Element ? event.target.closest("[data-dialog]") : null;
  const sheet = by && document.getElementById(by.getAttribute("data-dialog") ?? "");
  if (!(sheet instanceof HTMLDialogElement)) return;
  list(sheet);
  sheet.showModal();
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.id !== "keys-on") return;
  root.dataset.keys = box.checked ? "on" : "off";
  localStorage.setItem(KEPT, root.dataset.keys);
});

const box = document.getElementById("keys-on");
if (box instanceof HTMLInputElement) box.checked = root.dataset.keys === "on";
