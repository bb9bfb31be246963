// @ts-check
/** Loading the page anew, only if it is there to be loaded: a wall has nobody who could bring it back. */

let trying = false;

/** @returns {Promise<boolean>} Whether it is on its way. */
export async function reload() {
  if (trying) return false;
  trying = true;
  const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" }).catch(() => null);
  trying = false;
  if (answer?.ok) location.reload();
  return Boolean(answer?.ok);
}
