// Takes a drawn hydrograph over where scripts run: zoom and pan, values under the cursor, a nearer look fetched when it is
// asked for. What it shows is what the service answers at /hydrographs; without it the drawn chart and its links stay.

import { alone, iso, kept, moment, nearest, number, put, range, readings, serves, wall, zoomed } from "./hydrograph-data.js";

// How long until the readings of a span that one has moved to are fetched, and what else the page says of it.
const PAUSE = 120, REST = 500;
const PATIENCE = 20000, MOST = 4000, NEAR = 9;
const DASHES = [[], [12, 3, 3, 3], [6, 3], [2, 3], [14, 4], [8, 2, 2, 2, 2, 2]];
const COLOURS = ["--now", "--other", "--kz", "--sim", "--good", "--bad"];
const MARKS = { suspect: "--warn", bad: "--bad", missing: "--quiet", estimated: "--ink", amended: "--kg" };

class Hydrograph {
  constructor(figure, view) {
    this.figure = figure;
    this.told = JSON.parse(figure.querySelector("script.told").textContent);
    this.words = this.told.words;
    this.first = [this.told.start, this.told.end];
    this.view = view ?? this.first;
    this.chart = figure.querySelector(".chart");
    this.said = figure.querySelector(".said");
    this.box = document.createElement("div");
    this.box.className = "script";
    Object.assign(this.box, { tabIndex: 0, role: "application", ariaLabel: this.words.chart });
    this.ask();
  }

  // --- what is fetched ---

  later() {
    clearTimeout(this.timer);
    const docs = this.docs;
    if (docs && docs.every((doc) => serves(doc, this.view, this.held))) this.tell();
    else this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.asking?.abort();
    const asking = (this.asking = new AbortController()), view = this.view;
    const slow = setTimeout(() => asking.abort(new Error("timeout")), PATIENCE);
    this.state("loading", this.words.loading);
    try {
      const docs = await Promise.all(this.told.series.map((one) => this.fetched(one, view, asking.signal)));
      if (asking !== this.asking) return;
      Object.assign(this, { docs, held: view, known: Date.now() / 1000 });
      this.draw();
      this.tell();
    } catch (fault) {
      if (asking !== this.asking || !this.figure.isConnected) return;
      if (fault instanceof Refusal || !this.docs) this.state("error", put(this.words.error, { fault: fault.message }));
      else this.state("stale", put(this.words.stale, { time: moment(this.known, this.told.zone) }));
    } finally {
      clearTimeout(slow);
    }
  }

  async fetched(series, [start, end], signal) {
    const wide = Math.round(this.chart.clientWidth * Math.min(devicePixelRatio, 2));
    const asked = new URLSearchParams({ from: iso(start), to: iso(end), points: Math.min(Math.max(2 * wide, 400), MOST) });
    if (this.told.as_of) asked.set("as-of", this.told.as_of);
    if (this.told.series.length > 1) asked.set("context", "false");
    const answer = await fetch(`${series.address}?${asked}`, { signal, headers: { accept: "application/json" } });
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refusal(found.description ?? `${answer.status}`);
    return found;
  }

  // --- what is drawn ---

  // Colours are those of the page, looked up once for a chart that is made.
  colour(name) {
    this.colours ??= { styles: getComputedStyle(this.figure) };
    return (this.colours[name] ??= this.colours.styles.getPropertyValue(name).trim());
  }

  // All lines as columns beside one time; which column is what is kept in `lines`.
  columns() {
    const tables = [], lines = [];
    const [{ band, before }] = this.docs;
    if (band) {
      tables.push([band.time, band.p90, band.p10, band.mean]);
      lines.push({ name: "p90" }, { name: "p10" }, { name: "norm", stroke: "--norm", width: 1.4, dash: [1, 4] });
    }
    if (before) {
      tables.push([before.time, before.value]);
      lines.push({ name: "last year", stroke: "--before", width: 1.3, dash: [7, 4] });
    }
    this.docs.forEach((doc, place) => {
      tables.push([doc.time, doc.value]);
      const [stroke, dash] = [COLOURS[place % 6], DASHES[place % 6]];
      lines.push({ doc, place, stroke, dash, width: 1.9, scale: doc.unit === this.docs[0].unit ? "y" : "z" });
    });
    return [tables.length > 1 ? uPlot.join(tables) : tables[0], lines];
  }

  draw() {
    const [data, lines] = this.columns();
    lines.forEach((line, place) => (line.alone = line.stroke ? alone(data[place + 1]) : []));
    const shape = lines.map(({ name, doc }) => name ?? doc.series).join();
    this.lines = lines;
    this.marks = this.docs.flatMap((doc, place) => marksOf(doc, lines.find((line) => line.place === place).scale));
    if (this.plot && this.shape === shape) {
      this.plot.setData(data, false);
      this.scale();
      return;
    }
    this.plot?.destroy();
    Object.assign(this, { shape, colours: null });
    const first = !this.box.isConnected;
    if (first) this.chart.append(this.box);
    this.plot = new uPlot(this.options(lines), data, this.box);
    this.scale();
    this.listen(this.plot.over);
    if (first) {
      this.keys();
      new ResizeObserver(() => this.plot.setSize(this.size())).observe(this.chart);
    }
    this.figure.dataset.ready = "";
  }

  size() {
    return { width: this.chart.clientWidth, height: this.figure.querySelector(".drawn").offsetHeight };
  }

  options(lines) {
    const quiet = this.colour("--quiet"), font = `12px ${getComputedStyle(this.figure).fontFamily}`;
    const grid = { stroke: this.colour("--grid"), width: 1 }, ticks = { show: false };
    // Its field lies over that of the drawn chart.
    const [whole, field] = [this.chart, this.figure.querySelector(".plot")].map((one) => one.getBoundingClientRect());
    const beside = Math.round(field.left - whole.left);
    const axis = (scale, side) => ({
      scale, side, font, ticks, stroke: quiet, size: beside, gap: 6,
      grid: side === 3 ? grid : { show: false }, values: (plot, splits) => splits.map((one) => this.tick(one, splits)),
    });
    const two = lines.find((line) => line.scale === "z");
    const series = lines.map((line) => ({
      scale: line.scale ?? "y", stroke: line.stroke && this.colour(line.stroke), width: line.width ?? 0, dash: line.dash,
      points: { show: false }, spanGaps: false, alpha: 1,
    }));
    const scaled = (plot, low, high) => range(low, high);
    return {
      ...this.size(), series: [{}, ...series], legend: { show: false }, pxAlign: 0,
      tzDate: (at) => wall(at, this.told.zone),
      scales: { x: { time: true, auto: false }, y: { range: scaled }, z: { range: scaled } },
      bands: lines[0].name === "p90" ? [{ series: [1, 2], fill: alpha(this.colour("--span"), 0.35) }] : [],
      axes: [
        { font, stroke: quiet, grid, ticks, size: Math.round(whole.bottom - field.bottom), gap: 4, space: 90, values: (plot, splits) => this.times(splits) },
        axis("y", 3),
        ...(two ? [axis("z", 1)] : []),
      ],
      padding: [Math.round(field.top - whole.top), two ? 0 : 1, 0, 0],
      cursor: {
        drag: { x: true, y: false, setScale: false, dist: 6 }, points: { show: true, size: 7 },
        dataIdx: (plot, series, place) => (series ? nearest(plot.data[series], place, 400) : place),
        bind: { dblclick: () => () => this.go(this.everything()) },
      },
      hooks: {
        setSelect: [({ select, posToVal }) => {
          if (select.width > 6) this.go([posToVal(select.left, "x"), posToVal(select.left + select.width, "x")].map(Math.round));
          this.plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        }],
        setCursor: [() => this.point()],
        drawClear: [(plot) => this.ground(plot)],
        draw: [(plot) => this.over(plot)],
      },
    };
  }

  tick(value, splits) {
    const step = Math.abs(splits[1] - splits[0]) || 1;
    return number(value, Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (/^25/.test(`${step}`.replace(/[0.]/g, "")) ? 1 : 0)), this.told.language);
  }

  // Round times by the reader's clock: hours, days, months or years, whichever stand apart.
  times(splits) {
    const step = splits[1] - splits[0], zone = this.told.zone;
    // The server names the months: browsers do not know those of every language.
    const named = (names, local) => names[local.slice(5, 7) - 1];
    const dayOf = (local) => named(this.told.days, local).replace("1", Number(local.slice(8, 10)));
    let told = null;
    return splits.map((at) => {
      const local = moment(at, zone, false), clock = local.slice(11), of = local.slice(0, 4);
      if (step < 86400) return clock === "00:00" ? dayOf(local) : clock;
      if (step < 28 * 86400) return dayOf(local);
      if (step > 330 * 86400) return of;
      const month = named(this.told.months, local), text = of === told ? month : `${month} ${of}`;
      told = of;
      return text;
    });
  }

  // What is no measurement stands on a ground of its own.
  ground({ ctx, bbox }) {
    if (!this.docs.some((doc) => doc.nature !== "real")) return;
    ctx.fillStyle = this.colour("--sim-band");
    ctx.fillRect(bbox.left, bbox.top, bbox.width, bbox.height);
  }

  // Points that no line joins, and the marks: squares, discs and strokes, hollow ones among them.
  over(plot) {
    const { ctx, bbox } = plot, dot = devicePixelRatio;
    ctx.save();
    this.units(plot);
    ctx.beginPath();
    ctx.rect(bbox.left - 4 * dot, bbox.top - 4 * dot, bbox.width + 8 * dot, bbox.height + 8 * dot);
    ctx.clip();
    const at = (time, value, scale) => [plot.valToPos(time, "x", true), plot.valToPos(value, scale, true)];
    this.lines.forEach((line, place) => {
      if (!line.stroke) return;
      ctx.fillStyle = this.colour(line.stroke);
      for (const one of line.alone) disc(ctx, ...at(plot.data[0][one], plot.data[place + 1][one], line.scale ?? "y"), 2 * dot);
    });
    const paper = this.colour("--paper");
    for (const mark of this.marks) {
      const [x, y] = at(mark.time, mark.value ?? 0, mark.scale), bottom = bbox.top + bbox.height;
      const inside = Math.min(Math.max(y, bbox.top), bottom);
      mark.spot = [x / dot, (mark.is === "missing" || mark.value === null ? bottom - 6 * dot : inside) / dot];
      ctx.fillStyle = ctx.strokeStyle = this.colour(MARKS[mark.is]);
      ctx.lineWidth = 1.6 * dot;
      if (mark.is === "missing" || mark.value === null) ctx.fillRect(x - dot, bottom - 12 * dot, 2 * dot, 12 * dot);
      else if (mark.is === "suspect" || mark.is === "bad") square(ctx, x, inside, 3.6 * dot, mark.is === "suspect" && paper);
      else {
        if (mark.old != null) stroke(ctx, x, plot.valToPos(mark.old, mark.scale, true), inside);
        disc(ctx, x, inside, 3.4 * dot, mark.is === "estimated" && paper);
      }
    }
    ctx.restore();
  }

  // The units above their axes.
  units({ ctx, bbox }) {
    const dot = devicePixelRatio, two = this.lines.find((line) => line.scale === "z");
    ctx.font = `${12 * dot}px ${getComputedStyle(this.figure).fontFamily}`;
    ctx.fillStyle = this.colour("--quiet");
    ctx.textAlign = "right";
    ctx.fillText(this.told.series[0].unit, bbox.left - 6 * dot, bbox.top - 10 * dot);
    ctx.textAlign = "left";
    if (two) ctx.fillText(this.told.series[two.place].unit, bbox.left + bbox.width + 6 * dot, bbox.top - 10 * dot);
  }

  scale() {
    const [min, max] = this.view;
    this.plot.setScale("x", { min, max });
  }

  // --- where one looks ---

  everything() {
    const [first, last] = this.told.extent ?? this.first, step = this.docs[0].step_seconds;
    return [first, last + step];
  }

  go(view) {
    const { extent } = this.told;
    look(extent ? kept(view, extent) : view);
  }

  follow(view) {
    this.view = view;
    if (this.plot) this.scale();
    this.later();
  }

  zoom(factor, about = (this.view[0] + this.view[1]) / 2) {
    this.go(zoomed(this.view, about, factor, 6 * this.docs[0].step_seconds, this.told.extent ?? this.first));
  }

  pan(share) {
    const by = Math.round((this.view[1] - this.view[0]) * share);
    this.go([this.view[0] + by, this.view[1] + by]);
  }

  listen(over) {
    over.addEventListener("wheel", (event) => {
      // A page that is scrolled past the chart is not held up by it: only a chart that was chosen zooms.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.box) return;
      event.preventDefault();
      const about = this.plot.posToVal(event.offsetX, "x");
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan(event.deltaX / 1000);
      else this.zoom(Math.exp(Math.min(Math.max(event.deltaY, -200), 200) / 300), about);
    }, { passive: false });
    over.addEventListener("click", () => {
      const mark = this.marked();
      if (mark) location.href = this.address(mark);
    });
    this.touch(over);
  }

  // One finger moves the span, two stretch it; up and down scrolls the page.
  touch(over) {
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
      if (after.length === 1) this.pan((before[0] - after[0]) / width);
      else if (Math.abs(after[0] - after[1]) > 8)
        this.zoom(Math.abs(before[0] - before[1]) / Math.abs(after[0] - after[1]), this.plot.posToVal((after[0] + after[1]) / 2, "x"));
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) over.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }

  keys() {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    this.box.addEventListener("keydown", (event) => {
      const { key, shiftKey } = event;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (key in steps && shiftKey) this.pan(steps[key] / 4);
      else if (key in steps) this.step(steps[key]);
      else if (key === "+" || key === "=") this.zoom(0.5);
      else if (key === "-") this.zoom(2);
      else if (key === "Home") this.go(this.everything());
      else if (key === "Escape") this.go(this.first);
      else if (key === "Enter" && this.marked()) location.href = this.address(this.marked());
      else return;
      event.preventDefault();
    });
    // Who listens hears the reading that the keys lead to, and is left in peace by a mouse that moves.
    this.box.addEventListener("focus", () => (this.said.ariaLive = "polite"));
    this.box.addEventListener("blur", () => (this.said.ariaLive = "off"));
  }

  step(by) {
    const place = this.lines.findIndex((line) => line.place === 0) + 1, column = this.plot.data[place];
    let at = this.plot.cursor.idx ?? (by > 0 ? -1 : column.length);
    do at += by;
    while (at >= 0 && at < column.length && column[at] == null);
    if (at < 0 || at >= column.length) return;
    const time = this.plot.data[0][at];
    if (time < this.view[0] || time >= this.view[1]) this.pan(by / 4);
    this.plot.setCursor({ left: this.plot.valToPos(time, "x"), top: this.plot.valToPos(column[at], "y") });
  }

  // --- what is said ---

  // The mark under the cursor.
  marked() {
    const { left, top } = this.plot.cursor;
    let best = null, near = NEAR;
    for (const mark of this.marks) {
      const far = Math.hypot(mark.spot[0] - this.plot.bbox.left / devicePixelRatio - left, mark.spot[1] - this.plot.bbox.top / devicePixelRatio - top);
      if (far <= near) [best, near] = [mark, far];
    }
    return best;
  }

  address({ series, time }) {
    const at = this.told.series.find((one) => one.id === series).history;
    return `${at}${at.includes("?") ? "&" : "?"}time=${iso(time)}#history`;
  }

  point() {
    const { idxs, idx, left } = this.plot.cursor;
    if (idx == null || left < 0 || this.figure.dataset.state !== "ready") return;
    const mark = this.marked(), own = [], others = [];
    let time = null;
    this.lines.forEach((line, place) => {
      const at = idxs[place + 1], value = at >= 0 ? this.plot.data[place + 1][at] : null;
      if (value == null || line.name === "p90") return;
      const shown = number(value, this.docs[line.place ?? 0].decimals, this.told.language);
      if (line.place === 0) time = this.plot.data[0][at];
      const parts = line.doc ? own : others;
      if (line.name === "p10") parts.push(`${this.words.band} ${shown}–${number(this.plot.data[place][at], this.docs[0].decimals, this.told.language)}`);
      else parts.push(`${line.name ? this.words[line.name] : this.told.series[line.place].name} ${shown} ${this.told.series[line.place ?? 0].unit}`);
    });
    const parts = [...own, ...others];
    if (mark) {
      const { decimals } = this.docs.find((doc) => doc.series === mark.series);
      parts.push(this.words[mark.is]);
      if (mark.is === "amended") parts.push(put(this.words.was, { value: mark.old === null ? this.words.missing : number(mark.old, decimals, this.told.language) }));
      if (mark.many > 1) parts.push(put(this.words.many, { count: mark.many - 1 }));
    }
    this.plot.over.style.cursor = mark ? "pointer" : "";
    this.plot.over.title = mark ? this.words.history : "";
    this.said.textContent = [moment(time ?? this.plot.data[0][idx], this.told.zone), ...parts].join("  ·  ");
  }

  state(name, text) {
    this.figure.dataset.state = name;
    this.figure.ariaBusy = name === "loading";
    this.said.className = name === "ready" ? "said" : `said state ${name}`;
    this.said.textContent = text;
  }

  // What the picture is of; the words and numbers beside it come with the page.
  tell() {
    const { docs, words, view } = this, [start, end] = view;
    const whole = docs.reduce((all, doc) => all + readings(doc, view), 0), reduced = docs.some((doc) => doc.reduced);
    const text = put(reduced ? words.reduced : words.raw, { readings: number(whole, 0, this.told.language) });
    if (whole || this.marks.some(({ time }) => time >= start && time < end)) this.state("ready", text);
    else this.state("empty", words.empty);
  }
}

class Refusal extends Error {}

function marksOf({ series, marks, amendments }, scale) {
  const flagged = marks.time.map((time, at) => ({ series, scale, time, value: marks.value[at], is: marks.is[at], many: marks.many[at], spot: [-99, -99] }));
  const amended = amendments.time.map((time, at) => ({
    series, scale, time, value: amendments.value[at], old: amendments.old[at], is: "amended", many: amendments.many[at], spot: [-99, -99],
  }));
  return [...flagged, ...amended];
}

function disc(ctx, x, y, size, within) {
  ctx.beginPath();
  ctx.arc(x, y, size, 0, 2 * Math.PI);
  ctx.fill();
  if (!within) return;
  ctx.fillStyle = within;
  ctx.beginPath();
  ctx.arc(x, y, size / 2, 0, 2 * Math.PI);
  ctx.fill();
}

function square(ctx, x, y, size, within) {
  ctx.fillRect(x - size, y - size, 2 * size, 2 * size);
  if (!within) return;
  ctx.fillStyle = within;
  ctx.fillRect(x - size / 2, y - size / 2, size, size);
}

function stroke(ctx, x, from, to) {
  ctx.beginPath();
  ctx.moveTo(x, from);
  ctx.lineTo(x, to);
  ctx.stroke();
}

function alpha(colour, share) {
  return `color-mix(in srgb, ${colour} ${100 * share}%, transparent)`;
}

let shown = [], renewing = null, renewed = null;

// All charts of a page show one span. What else it says of it is renewed when one has looked for a while.
function look(view) {
  for (const one of shown) one.follow(view);
  for (const part of document.querySelectorAll("[data-span]")) part.classList.add("is-stale");
  clearTimeout(renewing);
  renewing = setTimeout(() => renew(view), REST);
}

// The page as it is for that span, whose address it then has; of it the parts that tell of a span take the place of the old.
async function renew([start, end]) {
  renewed?.abort();
  renewed = new AbortController();
  const here = new URL(location);
  here.searchParams.set("from", iso(start));
  here.searchParams.set("to", iso(end));
  // A page of a table is one of the span that was.
  here.searchParams.delete("before");
  history.replaceState(null, "", here);
  try {
    const answer = await fetch(here, { signal: renewed.signal, headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = new Map([...page.querySelectorAll("[data-span]")].map((part) => [part.dataset.span, part]));
    for (const part of document.querySelectorAll("[data-span]")) {
      const other = fresh.get(part.dataset.span);
      if (other) part.replaceWith(document.adoptNode(other));
      else part.replaceChildren();
    }
  } catch {
    // They stay marked as old.
  }
}

// Of a page that was renewed by what happened the figures are others, and one looks where one looked.
function start() {
  const view = shown.find((one) => one.view !== one.first)?.view;
  shown = [...document.querySelectorAll("figure.hydrograph")].filter((figure) => figure.querySelector(".chart")).map(
    (figure) => shown.find((one) => one.figure === figure) ?? new Hydrograph(figure, view));
}

start();
document.addEventListener("fresh", start);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const one of shown) {
    one.shape = null;
    if (one.docs) one.draw();
  }
});
