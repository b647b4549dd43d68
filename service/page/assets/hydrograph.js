// Takes a drawn hydrograph over where scripts run: zoom and pan, values under the cursor, a nearer look fetched when it is
// asked for. What it shows is what the service answers at /hydrographs; without it the drawn chart and its links stay.

import { ground, over, units } from "./hydrograph-canvas.js";
import { alone, beside, holding, kept, level, marksOf, nearest, range, readings, serves, zoomed } from "./hydrograph-data.js";
import { keys, listen } from "./hydrograph-hand.js";
import { moved } from "./hydrograph-page.js";
import { decimals, iso, moment, number, period, put, stepDecimals, times, wall } from "./hydrograph-words.js";

// How long until the readings of a span that one has moved to are fetched, and how many at most.
const PAUSE = 120, PATIENCE = 20000, MOST = 4000, NEAR = 9, DAY = 86400;
const DASHES = [[], [12, 3, 3, 3], [6, 3], [2, 3], [14, 4], [8, 2, 2, 2, 2, 2]];
const DAYS = [1, 2, 5, 10, 30, 61, 91, 182, 365, 730, 1825, 3650, 7300].map((days) => days * DAY);

class Hydrograph {
  constructor(figure, view, chosen) {
    Object.assign(this, { figure, chosen });
    this.told = JSON.parse(figure.querySelector("script.told").textContent);
    this.words = this.told.words;
    this.first = [this.told.start, this.told.end];
    this.view = view ?? this.first;
    this.chart = figure.querySelector(".chart");
    this.said = figure.querySelector(".said");
    this.pointed = document.createElement("p");
    this.pointed.className = "pointed";
    this.chart.after(this.pointed);
    this.box = document.createElement("div");
    this.box.className = "script";
    this.box.dataset.made = "";
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
      else this.stale();
    } finally {
      clearTimeout(slow);
    }
  }

  async fetched(series, [start, end], signal) {
    const wide = Math.round(this.chart.clientWidth * Math.min(devicePixelRatio, 2));
    // The period that has begun before the span has a part in it.
    const before = series.point || end - start > 200 * DAY ? 0 : 31 * DAY;
    const asked = new URLSearchParams({ from: iso(start - before), to: iso(end), points: Math.min(Math.max(2 * wide, 400), MOST) });
    if (this.told.as_of) asked.set("as-of", this.told.as_of);
    if (this.told.series.length > 1) asked.set("context", "false");
    const answer = await fetch(`${series.address}?${asked}`, { signal, headers: { accept: "application/json" } });
    if (answer.ok) return answer.json();
    const told = await answer.json().catch(() => ({}));
    throw new Refusal(told.description ?? `${answer.status}`);
  }

  // --- what is drawn ---

  // Colours are those of the page, looked up once for a chart that is made.
  colour = (name) => {
    this.colours ??= { styles: getComputedStyle(this.figure) };
    return (this.colours[name] ??= this.colours.styles.getPropertyValue(name).trim());
  };

  get font() {
    return getComputedStyle(this.figure).fontFamily;
  }

  // All lines as columns beside one time; which column is what is kept in `lines`.
  columns() {
    const tables = [], lines = [];
    const [{ band, before }] = this.docs;
    if (band) {
      // What is normal for a period is so until the next.
      const end = [...band.time.slice(1), band.time.at(-1) + 1];
      tables.push(level({ time: band.time, end }, [band.p90, band.p10, band.mean]));
      lines.push({ name: "p90" }, { name: "p10" }, { name: "norm", stroke: "--norm", width: 1.4, dash: [1, 4] });
    }
    if (before) {
      tables.push(level(before, [before.value]));
      lines.push({ name: "last year", stroke: "--before", width: 1.3, dash: [7, 4] });
    }
    this.docs.forEach((doc, place) => {
      const { look } = this.told.series[place], party = look.split(" of-")[1];
      tables.push(level(doc, [doc.value]));
      const stroke = party ? `--${party}` : `--line-${place % 6}`;
      lines.push({ doc, place, stroke, dash: DASHES[place % 6], width: 1.9, scale: doc.unit === this.docs[0].unit ? "y" : "z" });
    });
    return [beside(tables), lines];
  }

  draw() {
    const [data, lines] = this.columns();
    lines.forEach((line, place) => (line.alone = line.stroke ? alone(data[place + 1]) : []));
    const shape = lines.map(({ name, doc }) => name ?? doc.series).join();
    this.lines = lines;
    this.marks = this.docs.flatMap((doc, place) => marksOf(doc, lines.find((line) => line.place === place)));
    for (const mark of this.marks) mark.spot = [-99, -99];
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
    listen(this, this.plot.over);
    if (first) {
      keys(this);
      this.room = new ResizeObserver(() => this.plot.setSize(this.size()));
      this.room.observe(this.chart);
      if (this.chosen) this.box.focus({ preventScroll: true });
    }
    this.figure.dataset.ready = "";
  }

  // Its figure is gone: nothing is drawn, watched or awaited any more.
  end() {
    this.asking?.abort();
    clearTimeout(this.timer);
    this.room?.disconnect();
    this.plot?.destroy();
  }

  size() {
    return { width: this.chart.clientWidth, height: this.figure.querySelector(".drawn").offsetHeight };
  }

  options(lines) {
    const quiet = this.colour("--quiet"), font = `12px ${this.font}`;
    const grid = { stroke: this.colour("--grid"), width: 1 }, ticks = { show: false };
    // Its field lies over that of the drawn chart.
    const [whole, field] = [this.chart, this.figure.querySelector(".plot")].map((one) => one.getBoundingClientRect());
    const size = Math.round(field.left - whole.left), right = Math.round(whole.right - field.right);
    const axis = (scale, side) => ({
      scale, side, font, ticks, stroke: quiet, size: side === 3 ? size : right, gap: 6, grid: side === 3 ? grid : { show: false },
      values: (plot, splits, _axis, _space, step) => splits.map((one) => number(one, stepDecimals(step), this.told.language)),
    });
    const two = lines.find((line) => line.scale === "z");
    const series = lines.map((line) => ({
      scale: line.scale ?? "y", stroke: line.stroke && this.colour(line.stroke), width: line.width ?? 0, dash: line.dash,
      points: { show: false }, spanGaps: false, alpha: 1,
    }));
    const scaled = (plot, low, high, scale) => this.range(low, high, scale);
    return {
      ...this.size(), series: [{}, ...series], legend: { show: false }, pxAlign: 0,
      tzDate: (at) => wall(at, this.told.axis),
      scales: { x: { time: true, auto: false }, y: { range: scaled }, z: { range: scaled } },
      bands: lines[0].name === "p90" ? [{ series: [1, 2], fill: alpha(this.colour("--span"), 0.35) }] : [],
      axes: [
        {
          font, stroke: quiet, grid, ticks, size: Math.round(whole.bottom - field.bottom), gap: 4, space: 90,
          ...(this.told.by_days ? { incrs: DAYS } : {}),
          values: (plot, splits, _axis, _space, step) => times(splits, step, this.told),
        },
        axis("y", 3),
        ...(two ? [axis("z", 1)] : []),
      ],
      padding: [Math.round(field.top - whole.top), two ? 0 : right, 0, 0],
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
        drawClear: [(plot) => ground(plot, this.docs, this.colour)],
        draw: [(plot) => {
          units(plot, this.told.series[0].unit, two && this.told.series[two.place].unit, this.font, this.colour);
          over(plot, this.lines, this.marks, this.colour);
        }],
      },
    };
  }

  // Bounds of an axis: of the lines, and of the marks of the span that is looked at.
  range(low, high, scale) {
    const [start, end] = this.view;
    const mine = this.marks.filter((mark) => mark.line.scale === scale && mark.at >= start && mark.at < end);
    const values = mine.flatMap(({ value, old }) => [value, old]).filter((one) => one != null);
    const line = this.lines.find((one) => one.doc && one.scale === scale);
    return range(low, high, values, line ? this.told.series[line.place].from_nought : true);
  }

  scale() {
    const [min, max] = this.view;
    this.plot.setScale("x", { min, max });
  }

  // --- where one looks ---

  everything() {
    return this.told.extent ?? this.first;
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
    this.go(zoomed(this.view, about, factor, 6 * this.docs[0].step_seconds, this.everything()));
  }

  pan(share) {
    const by = Math.round((this.view[1] - this.view[0]) * share);
    this.go([this.view[0] + by, this.view[1] + by]);
  }

  // The reading before or after the one that is pointed at, of the first line.
  step(by) {
    const place = this.lines.findIndex((line) => line.place === 0) + 1, column = this.plot.data[place], { doc } = this.lines[place - 1];
    const { idx } = this.plot.cursor, reading = (at) => holding(doc, this.plot.data[0][at]);
    const from = idx == null ? -1 : reading(idx);
    let at = idx ?? (by > 0 ? -1 : column.length);
    do at += by;
    while (at >= 0 && at < column.length && (column[at] == null || reading(at) === from));
    if (at < 0 || at >= column.length) return;
    const held = reading(at), begin = doc.time[held], time = doc.end ? (begin + doc.end[held]) / 2 : begin;
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

  // A value with the digits of its own size.
  value(value, place = 0) {
    return number(value, decimals(value, this.told.series[place].digits), this.told.language);
  }

  // Of when a reading is.
  when(place, start, end) {
    const series = this.told.series[place];
    return series.point ? moment(start, this.told.zone) : period(start, end, series, this.told);
  }

  point() {
    const { idxs, idx, left } = this.plot.cursor;
    if (idx == null || left < 0) {
      this.pointed.textContent = "";
      return;
    }
    const mark = this.marked(), own = [], others = [], whens = [];
    this.lines.forEach((line, place) => {
      const at = idxs[place + 1], value = at >= 0 ? this.plot.data[place + 1][at] : null;
      if (value == null || line.name === "p90") return;
      const shown = this.value(value, line.place), unit = this.told.series[line.place ?? 0].unit;
      if (line.name === "p10") others.push(`${this.words.band} ${shown}–${this.value(this.plot.data[place][at])}`);
      else if (line.name) others.push(`${this.words[line.name]} ${shown} ${unit}`);
      else {
        const held = holding(line.doc, this.plot.data[0][at]);
        const when = this.when(line.place, line.doc.time[held], line.doc.end?.[held]);
        // Lines of one time have it once.
        own.push(...(when === whens.at(-1) ? [] : [when]), `${this.told.series[line.place].name} ${shown} ${unit}`);
        whens.push(when);
      }
    });
    this.plot.over.style.cursor = mark ? "pointer" : "";
    this.plot.over.title = mark ? this.words.history : "";
    const parts = [...(whens.length ? [] : [moment(this.plot.data[0][idx], this.told.zone)]), ...own, ...others];
    this.pointed.textContent = [...parts, ...(mark ? this.ofMark(mark) : [])].join("  ·  ");
  }

  // What a mark says: whose it is, of when, what it is, and what it was.
  ofMark({ line: { place }, is, time, end, value, old, many }) {
    const { name, unit } = this.told.series[place], parts = [];
    if (this.told.series.length > 1) parts.push(name);
    if (is === "missing" || is === "bad") parts.push(this.when(place, time, end));
    parts.push(this.words[is]);
    if (is === "bad" && value != null) parts.push(`${this.value(value, place)} ${unit}`);
    if (is === "amended") parts.push(put(this.words.was, { value: old === null ? this.words.missing : this.value(old, place) }));
    if (many > 1) parts.push(put(this.words.many, { count: many - 1 }));
    return parts;
  }

  state(name, text) {
    this.figure.dataset.state = name;
    this.figure.ariaBusy = name === "loading";
    this.said.className = name === "ready" ? "said" : `said state ${name}`;
    this.said.textContent = text;
  }

  stale() {
    this.state("stale", put(this.words.stale, { time: moment(this.known, this.told.zone) }));
  }

  // What the picture is of; the words and numbers beside it come with the page.
  tell() {
    const { docs, words, view } = this, [start, end] = view;
    const whole = docs.reduce((all, doc) => all + readings(doc, view), 0), reduced = docs.some((doc) => doc.reduced);
    const text = put(reduced ? words.reduced : words.raw, { readings: number(whole, 0, this.told.language) });
    // A period that has begun before may reach into the span.
    const reaches = docs.some((doc) => doc.value[holding(doc, start)] != null);
    if (whole || reaches || this.marks.some(({ at }) => at >= start && at < end)) this.state("ready", text);
    else this.state("empty", words.empty);
  }
}

class Refusal extends Error {}

function alpha(colour, share) {
  return `color-mix(in srgb, ${colour} ${100 * share}%, transparent)`;
}

let shown = [];

// All charts of a page show one span.
function look(view) {
  for (const one of shown) one.follow(view);
  moved(view, () => shown.forEach((one) => one.docs && one.stale()));
}

// Of a page that was renewed by what happened the figures are others, and one looks where one looked.
function start(focus = null) {
  const view = shown.find((one) => one.view !== one.first)?.view, chosen = shown.find((one) => one.box === focus)?.figure.id;
  for (const one of shown) if (!one.figure.isConnected) one.end();
  shown = [...document.querySelectorAll("figure.hydrograph")].filter((figure) => figure.querySelector(".chart")).map(
    (figure) => shown.find((one) => one.figure === figure) ?? new Hydrograph(figure, view, figure.id === chosen));
}

start();
document.addEventListener("fresh", ({ detail }) => start(detail.focus));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const one of shown) {
    one.shape = null;
    if (one.docs) one.draw();
  }
});
