// @ts-check
/**
 * One websocket that is always wanted: opened anew when it is lost, soon at first and then ever more seldom, never in
 * step with other walls.
 */
const SIGNED_OUT = 4401;

/** The longest wait between two attempts, before jitter. */
const LONGEST_S = 10;

/** A page that nobody has seen for this long lets its socket go, and takes it up again when it is seen. */
const REST_MS = 60_000;

/** A socket that has been silent for this long is given up, though nobody closed it: the cable may be out. */
const SILENT_MS = 5_000;

/**
 * @param {URL} address
 * @param {(message: any) => void} hear
 * @param {(loss: {attempt: number, signedOut: boolean}) => void} lost
 * @returns {(text: string) => void} Says something to the other side if it is there.
 */
export function attend(address, hear, lost) {
  /** @type {WebSocket | null} */
  let socket = null;
  let attempt = 0;
  let stirredAt = 0;
  let asleep = false;
  /** @type {number | undefined} */
  let next;

  function open() {
    const opened = new WebSocket(address);
    socket = opened;
    stirredAt = performance.now();
    opened.onmessage = (event) => {
      if (socket !== opened) return;
      stirredAt = performance.now();
      attempt = 0;
      hear(JSON.parse(event.data));
    };
    opened.onclose = (event) => socket === opened && lose(event.code);
  }

  /** @param {number} [code] */
  function lose(code) {
    const left = socket;
    socket = null;
    left?.close();
    attempt += 1;
    const signedOut = code === SIGNED_OUT;
    const longestS = signedOut ? LONGEST_S : Math.min(LONGEST_S, 2 ** (attempt - 1));
    next = setTimeout(open, longestS * (300 + 700 * Math.random()));
    lost({ attempt, signedOut });
  }

  function rest() {
    asleep = true;
    clearTimeout(next);
    const left = socket;
    socket = null;
    left?.close();
  }

  /** @type {number | undefined} */
  let unseen;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(unseen);
    if (document.hidden) unseen = setTimeout(rest, REST_MS);
    else if (asleep) {
      asleep = false;
      open();
    }
  });

  setInterval(() => socket && performance.now() - stirredAt > SILENT_MS && lose(), 1_000);
  open();
  return (text) => socket?.readyState === WebSocket.OPEN && socket.send(text);
}
