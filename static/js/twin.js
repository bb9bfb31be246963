// @ts-check
/** The tables that say the same as pictures, and the buttons by which one gives way to the other. */

/**
 * The button of a page that has one picture, whose view stands in its address.
 * @param {HTMLElement} section
 */
export function twin(section) {
  const toggle = section.querySelector("[data-twin]");
  toggle?.addEventListener("click", (event) => {
    event.preventDefault();
    const { href } = /** @type {HTMLAnchorElement} */ (toggle);
    history.replaceState(null, "", href);
    const address = new URL(href);
    const shown = section.dataset.view !== "table";
    section.dataset.view = shown ? "table" : "picture";
    toggle.setAttribute("aria-pressed", String(shown));
    if (shown) address.searchParams.delete("view");
    else address.searchParams.set("view", "table");
    toggle.setAttribute("href", address.href);
  });
}

// The button for all pictures of a network beside its list.
document.addEventListener("click", (event) => {
  const twins = event.target instanceof Element ? event.target.closest("[data-twins]") : null;
  if (!twins) return;
  const shown = twins.getAttribute("aria-pressed") !== "true";
  twins.setAttribute("aria-pressed", String(shown));
  for (const section of document.querySelectorAll("#detail [data-view]")) {
    section.setAttribute("data-view", shown ? "table" : "picture");
  }
});
