// @ts-check
/** Loading the page anew, only if it is there to be loaded: a wall has nobody who could bring it back. */

const AGAIN_MS = 5_000;

let trying = false;
let askedAt = -AGAIN_MS;

/** May be asked for as often as one likes. @returns {Promise<boolean>} Whether it is on its way. */
export async function reload() {
  if (trying || performance.now() - askedAt < AGAIN_MS) return false;
  trying = true;
  askedAt = performance.now();
  const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" }).catch(() => null);
  trying = false;
  if (answer?.ok) location.reload();
  return Boolean(answer?.ok);
}
