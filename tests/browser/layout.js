// What is wrong with the layout of a wall, whatever its scene: {rem, places, faults: [[rule, what], …]}.
// Evaluated in the page with {mayCut}: whether sentences may end in an ellipsis too, and not names alone.
({ mayCut }) => {
  const root = document.documentElement;
  const rem = parseFloat(getComputedStyle(root).fontSize);
  const stage = document.querySelector(".stage");
  const faults = [];
  const fault = (rule, what) => faults.push([rule, what]);
  const round = (box) => ["left", "top", "right", "bottom"].map((side) => (box[side] / rem).toFixed(1)).join(" ");
  const isShown = (element) => !element.closest(".vh, script, style, defs") && element.checkVisibility({ checkVisibilityCSS: true });
  const named = (element) => {
    const topic = element.closest("[data-topic]")?.dataset.topic ?? element.closest("[data-scene], header")?.className ?? "";
    const classes = (element.getAttribute("class") ?? "").trim().replace(/\s+/g, ".");
    return `${topic} <${element.localName}${classes && `.${classes}`}>`;
  };
  const quoted = (text) => JSON.stringify(text.data.replace(/\s+/g, " ").trim().slice(0, 50));

  // ------------------------------------------------------------------------------------------------- lines of text

  const canvas = document.createElement("canvas").getContext("2d");
  const known = new Map();
  /** How far the ink of a text goes up and down from its baseline, where its box begins above it, what is empty beside it. */
  const inkOf = (style, text) => {
    const key = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    if (!known.has(key + text)) {
      canvas.font = key;
      const size = canvas.measureText(text);
      known.set(key + text, {
        up: size.actualBoundingBoxAscent,
        down: size.actualBoundingBoxDescent,
        box: size.fontBoundingBoxAscent,
        // Parts of the width: the typeface may be set narrower than the canvas knows.
        before: -size.actualBoundingBoxLeft / size.width,
        after: 1 - size.actualBoundingBoxRight / size.width,
      });
    }
    return known.get(key + text);
  };

  const lines = [];
  const walker = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || !isShown(element)) continue;
    const style = getComputedStyle(element);
    if (style.opacity === "0") continue;
    const size = parseFloat(style.fontSize);
    if (size < 2.4 * rem - 0.01) fault("too small", `${(size / rem).toFixed(2)} rem: ${named(element)} ${quoted(text)}`);
    const range = document.createRange();
    range.selectNodeContents(text);
    const ink = inkOf(style, text.data.trim());
    const isTurned = element.closest("svg") && /rotate\((?!0[ ,)])/.test(element.closest("text")?.getAttribute("transform") ?? "");
    const rows = [...range.getClientRects()].filter((row) => row.width);
    for (const { left, top, right, bottom, width } of rows) {
      const baseline = top + ink.box;
      const box = { left, top: baseline - ink.up, right, bottom: baseline + ink.down };
      if (rows.length === 1) Object.assign(box, { left: left + width * ink.before, right: right - width * ink.after });
      lines.push({ text, element, size, box: isTurned ? { left, top, right, bottom } : box });
    }
  }

  // ------------------------------------------------------------------------------------------------- what is cut off

  const clips = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    return [overflowX !== "visible", overflowY !== "visible"];
  };
  for (const line of lines) {
    const seen = { ...line.box };
    for (let at = line.element; at && at !== document.body; at = at.parentElement) {
      const [across, down] = clips(at);
      if (!across && !down) continue;
      const edge = at.getBoundingClientRect();
      const style = getComputedStyle(at);
      const isName = at.matches(".nm") || at.closest(".nm");
      const ends = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
      const wide = across && (line.box.right > edge.right + 1.5 || line.box.left < edge.left - 1.5);
      const slack = 0.15 * rem + 0.03 * line.size;
      const tall = down && (line.box.bottom > edge.bottom + slack || line.box.top < edge.top - slack);
      if ((wide || tall) && !(ends && (isName || mayCut))) {
        fault("cut off", `${named(at)} cuts ${quoted(line.text)} at ${round(line.box)}, edges ${round(edge)}`);
      }
      if (across) Object.assign(seen, { left: Math.max(seen.left, edge.left), right: Math.min(seen.right, edge.right) });
      if (down) Object.assign(seen, { top: Math.max(seen.top, edge.top), bottom: Math.min(seen.bottom, edge.bottom) });
    }
    line.seen = seen.right > seen.left && seen.bottom > seen.top ? seen : null;
  }
  const visible = lines.filter((line) => line.seen);

  // ------------------------------------------------------------------------------------- what leaves its own column

  const SECTIONS = ".g > *, [data-topic], .top";
  for (const { text, element, size, seen } of visible) {
    const section = element.closest(SECTIONS);
    if (!section) {
      fault("in no section", `${named(element)} ${quoted(text)}`);
      continue;
    }
    const edge = section.getBoundingClientRect();
    // A large number hangs a little to the left, so that its ink and not its box stands on the line.
    const left = 0.1 * rem + 0.07 * size;
    const side = 0.15 * rem + 0.02 * size;
    if (seen.left < edge.left - left || seen.right > edge.right + side || seen.top < edge.top - side || seen.bottom > edge.bottom + side) {
      fault("outside its section", `${quoted(text)} ${named(element)} at ${round(seen)}, section ${named(section)} at ${round(edge)}`);
    }
  }
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (const element of stage.querySelectorAll("*")) {
    if (element.closest(".plot, defs") || !isShown(element)) continue;
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if (box.left < screen.left || box.top < screen.top || box.right > screen.right || box.bottom > screen.bottom) {
      fault("outside the screen", `${named(element)} at ${round(box)}`);
    }
    // Marks may reach into the gutter between two columns, and no further.
    const section = element.parentElement?.closest(".g > *");
    if (!section || element.closest(".labels")) continue;
    const edge = section.getBoundingClientRect();
    const gutter = 3.2 * rem;
    let within = element.parentElement;
    while (within !== section.parentElement && !clips(within).some(Boolean)) within = within.parentElement;
    if (within !== section.parentElement) continue;
    if (box.left < edge.left - gutter || box.right > edge.right + gutter || box.top < edge.top - rem || box.bottom > edge.bottom + rem) {
      fault("outside its section", `${named(element)} at ${round(box)}, section ${named(section)} at ${round(edge)}`);
    }
  }
  if (innerWidth > root.clientWidth || innerHeight > root.clientHeight || getComputedStyle(document.body).overflow !== "hidden") {
    fault("scroll bars", "of the page");
  }
  for (const element of stage.querySelectorAll("*")) {
    if (clips(element).some(Boolean) && /auto|scroll/.test(getComputedStyle(element).overflow)) fault("scroll bars", named(element));
  }

  // ------------------------------------------------------------------------------------------- what covers another

  visible.sort((a, b) => a.seen.top - b.seen.top);
  visible.forEach((a, place) => {
    for (let next = place + 1; next < visible.length && visible[next].seen.top < a.seen.bottom; next += 1) {
      const b = visible[next];
      if (a.text === b.text) continue;
      // The parts of one number are set close by their own rules.
      const number = a.element.closest(".v, .big");
      if (number && number === b.element.closest(".v, .big")) continue;
      const slack = 0.1 * rem + 0.04 * Math.min(a.size, b.size);
      const across = Math.min(a.seen.right, b.seen.right) - Math.max(a.seen.left, b.seen.left);
      const down = Math.min(a.seen.bottom, b.seen.bottom) - Math.max(a.seen.top, b.seen.top);
      if (across > slack && down > slack) {
        fault("overlapping", `${named(a.element)} ${quoted(a.text)} at ${round(a.seen)} and ${named(b.element)} ${quoted(b.text)} at ${round(b.seen)}`);
      }
    }
  });

  // ------------------------------------------------------------------------------------------------- the grid lines

  const origin = stage.getBoundingClientRect();
  const places = {};
  const path = (element) => {
    if (element === stage) return "";
    const twins = [...element.parentElement.children].filter((each) => each.localName === element.localName);
    return `${path(element.parentElement)}/${element.localName}${twins.length > 1 ? twins.indexOf(element) + 1 : ""}`;
  };
  for (const element of stage.querySelectorAll(".top, .scene:not([data-off]), [data-topic], .g, .g > *")) {
    if (!isShown(element) || element.closest(".plot, .labels, [data-off]")) continue;
    const { left, top, width, height } = element.getBoundingClientRect();
    const key = `${named(element).split(" ")[0] || element.className} ${path(element)}`;
    // The drift moves the stage as a whole. Header and note are of one row, whose words differ from state to state.
    if (element.closest(".words")) continue;
    places[key] = [left - origin.left, top - origin.top, width, height];
  }
  return { rem, places, faults };
}
