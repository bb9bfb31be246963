// @ts-check
/**
 * The Networks page by keys: j and k go from row to row and from filter to filter, a number goes to a filter, x chooses.
 * Which network is open is said by the detail; the rows and all addresses of the page follow it.
 */
const FOLDED = "warroom.facets";

const root = document.documentElement;
if (localStorage.getItem(FOLDED) === "shown") root.dataset.facets = "shown";
// htmx comes back to what it has pushed itself; the first page of all is one of these.
if (!history.state) history.replaceState({ htmx: true }, "");

/** @param {Element | null | undefined} element */
function focus(element) {
  if (!(element instanceof HTMLElement)) return;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
}

/** @param {string} selector */
function shown(selector) {
  return [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility({ visibilityProperty: true }));
}

/** @param {number} step */
function move(step) {
  const here = document.activeElement;
  const inFacets = here?.closest("#facets") !== null && here !== null;
  const all = inFacets ? shown("#facets input[type=checkbox]") : shown("[data-network] a");
  const open = inFacets ? null : document.querySelector("tr[aria-current] a");
  const at = all.indexOf(here && all.includes(here) ? here : (open ?? document.body));
  focus(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]);
}

function fold() {
  const unfolded = root.dataset.facets === "shown" || location.hash === "#facets";
  if (location.hash === "#facets") history.replaceState(history.state, "", location.pathname + location.search);
  if (unfolded) delete root.dataset.facets;
  else root.dataset.facets = "shown";
  localStorage.setItem(FOLDED, root.dataset.facets ?? "folded");
  if (!unfolded) focus(shown("#facets input[type=checkbox]")[0]);
}

/** @param {string} id */
function toFacet(id) {
  if (!shown("#facets")[0]) fold();
  focus(document.querySelector(`#${id} input[type=checkbox]`));
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-key], [data-facet], [data-focus]") : null;
  if (!(target instanceof HTMLElement)) return;
  const { key, facet, focus: to } = target.dataset;
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (facet) toFacet(facet);
  else if (to) focus(document.getElementById(to));
  else if (key === "f") {
    event.preventDefault();
    fold();
  } else if (key === "s") setTimeout(() => focus(document.querySelector(".order[open] a")));
});

document.addEventListener("keydown", (event) => {
  const here = event.target;
  if (!(here instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "x" && root.dataset.keys !== "off" && here.matches("#facets input[type=checkbox]")) here.click();
  if (event.key === "Enter" && here.id === "find") {
    // What was typed has narrowed the list already, or does so now; the hand goes on to its rows.
    event.preventDefault();
    document.addEventListener("htmx:after:swap", () => move(0), { once: true });
    const form = document.getElementById("filters");
    if (form instanceof HTMLFormElement) form.requestSubmit();
  }
});

/** Say everywhere on the page which network is open. */
function follow() {
  const id = document.getElementById("detail")?.dataset.network ?? "";
  const path = `/desk/networks${id ? `/${encodeURIComponent(id)}` : ""}`;
  for (const row of document.querySelectorAll("tr[data-network]")) {
    if (row.getAttribute("data-network") === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  const form = document.getElementById("filters");
  form?.setAttribute("action", path);
  form?.setAttribute("hx-get", path);
  for (const link of document.querySelectorAll("a[data-same]")) {
    const address = new URL(link.getAttribute("href") ?? "", location.href);
    link.setAttribute("href", path + address.search);
  }
  const name = document.querySelector("#detail h1")?.textContent;
  if (name) document.title = document.title.replace(/^.*?(?= · |$)/u, () => name);
}

document.addEventListener("htmx:after:swap", follow);

// What is refused is a page of its own: it says why.
document.addEventListener("htmx:before:swap", (event) => {
  const ctx = /** @type {CustomEvent} */ (event).detail.ctx;
  if (ctx.response.status < 400) return;
  event.preventDefault();
  location.assign(ctx.request.action);
});
