// Draws the charts of a briefing, anew for another size, for day and night, and for paper. Everything is in the page.
(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const night = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");

  /** Names of CSS variables become colours; "font" becomes the typeface of the page. */
  const resolved = (part, style) => {
    if (Array.isArray(part)) return part.map((each) => resolved(each, style));
    if (part !== null && typeof part === "object")
      return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, resolved(value, style)]));
    return typeof part === "string" && part.startsWith("--") ? style.getPropertyValue(part).trim() : part;
  };

  const draw = (figure) => {
    const plot = figure.querySelector(".plot");
    if (!plot.clientWidth) return;
    const made = resolved(read(figure.dataset.figure), getComputedStyle(document.documentElement));
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    Plotly.react(plot, made.data, { ...made.layout, ...size }, made.config).then(() => {
      figure.dataset.drawn = String(Number(figure.dataset.drawn ?? 0) + 1);
    });
  };

  const figures = [...document.querySelectorAll("figure[data-figure]")];
  const all = () => figures.forEach(draw);
  const geography = document.getElementById("geography");
  if (geography) window.PlotlyGeoAssets = { topojson: { world_110m: JSON.parse(geography.textContent) } };

  document.fonts.ready.then(() => {
    for (const figure of figures) {
      draw(figure);
      // Until here the table stood for the chart.
      for (const twin of figure.querySelectorAll("details")) twin.open = false;
      new ResizeObserver(() => draw(figure)).observe(figure.querySelector(".plot"));
    }
    night.addEventListener("change", all);
    paper.addEventListener("change", all);
    window.addEventListener("beforeprint", all);
    window.addEventListener("afterprint", all);
  });
})();
