// @ts-check
/**
 * The page of a screen that shows a code: asks whether a lead has typed it. 204 says not yet; 200 has signed the screen
 * in, and it loads its wall; 410 says that the code is no longer good, and the page loads itself anew with another one.
 */
const AGAIN_MS = 2_000;
const WALL = "/wall";

const address = document.body.dataset.pairing ?? "/wall/pairing";

async function ask() {
  // A server that does not answer now is asked again: the code on the screen may still be good.
  const answer = await fetch(address, { cache: "no-store" }).catch(() => null);
  if (answer?.status === 200) location.replace(WALL);
  else if (answer?.status === 410) location.reload();
  else setTimeout(ask, AGAIN_MS);
}

setTimeout(ask, AGAIN_MS);
