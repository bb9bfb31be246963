// @ts-check
/**
 * What scripts say, in the language of the room: the page brings a table of the English texts that are marked with _()
 * (app/language.py); what is not in it stays English.
 */

/** @type {Record<string, string>} */
const table = JSON.parse(document.querySelector("[data-words]")?.textContent ?? "{}");

/**
 * @param {string} text With named places: "No link for {duration}".
 * @param {Record<string, string | number>} [parts]
 */
export function _(text, parts = {}) {
  return (table[text] ?? text).replace(/\{(\w+)\}/g, (place, name) => String(parts[name] ?? place));
}
