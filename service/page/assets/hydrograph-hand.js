// How a hydrograph is moved: by wheel and mouse, by fingers, by keys.

export function listen(chart, over) {
  over.addEventListener("wheel", (event) => {
    // A page that is scrolled past the chart is not held up by it: only a chart that was chosen zooms.
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== chart.box) return;
    event.preventDefault();
    const about = chart.plot.posToVal(event.offsetX, "x");
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) chart.pan(event.deltaX / 1000);
    else chart.zoom(Math.exp(Math.min(Math.max(event.deltaY, -200), 200) / 300), about);
  }, { passive: false });
  over.addEventListener("click", () => {
    const mark = chart.marked();
    if (mark) location.href = chart.address(mark);
  });
  touch(chart, over);
}

// One finger moves the span, two stretch it; up and down scrolls the page.
function touch(chart, over) {
  const fingers = new Map();
  const spot = (event) => event.clientX - over.getBoundingClientRect().left;
  over.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse") fingers.set(event.pointerId, spot(event));
  });
  over.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = [...fingers.values()], width = over.clientWidth;
    fingers.set(event.pointerId, spot(event));
    const after = [...fingers.values()];
    if (after.length === 1) chart.pan((before[0] - after[0]) / width);
    else if (Math.abs(after[0] - after[1]) > 8)
      chart.zoom(Math.abs(before[0] - before[1]) / Math.abs(after[0] - after[1]), chart.plot.posToVal((after[0] + after[1]) / 2, "x"));
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) over.addEventListener(end, (event) => fingers.delete(event.pointerId));
}

export function keys(chart) {
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  chart.box.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key in steps && shiftKey) chart.pan(steps[key] / 4);
    else if (key in steps) chart.step(steps[key]);
    else if (key === "+" || key === "=") chart.zoom(0.5);
    else if (key === "-") chart.zoom(2);
    else if (key === "Home") chart.go(chart.everything());
    else if (key === "Escape") chart.go(chart.first);
    else if (key === "Enter" && chart.marked()) location.href = chart.address(chart.marked());
    else return;
    event.preventDefault();
  });
  // Who listens hears the reading that the keys lead to, and is left in peace by a mouse that moves.
  chart.box.addEventListener("focus", () => (chart.pointed.ariaLive = "polite"));
  chart.box.addEventListener("blur", () => (chart.pointed.ariaLive = "off"));
}
