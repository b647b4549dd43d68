// What the chart of a hydrograph works out of what the service answers; nothing here touches the page.

// The nearest place of a column at which its line has a point, looking outwards from one; a column that is laid beside others
// has undefined where only they have a time, and null where its line breaks. -1 where none lies within so many places.
export function nearest(column, from, far = column.length) {
  for (let off = 0; off <= far; off++)
    for (const place of off ? [from - off, from + off] : [from])
      if (place >= 0 && place < column.length && column[place] != null) return place;
  return -1;
}

// Places of points that have no neighbour to be joined to: a line does not show them.
export function alone(column) {
  const found = [];
  let run = [];
  const end = () => {
    if (run.length === 1) found.push(run[0]);
    run = [];
  };
  for (let place = 0; place < column.length; place++) {
    if (column[place] === null) end();
    else if (column[place] !== undefined) run.push(place);
  }
  end();
  return found;
}

// Bounds of an axis that hold all values: from nought, unless that would hide how they differ.
export function range(low, high) {
  if (low == null || high == null) return [0, 1];
  if (low === high) return [low - (Math.abs(low) * 0.1 || 1), high + (Math.abs(high) * 0.1 || 1)];
  const room = (high - low) * 0.05;
  if (low >= 0 && high - low >= high * 0.15) return [0, high + room];
  return [low - room, high + room];
}

// A span that is zoomed about a time, or moved; no shorter than `least` and no longer than all there is with a margin.
export function zoomed([start, end], about, factor, least, [first, last]) {
  const most = Math.max((last - first) * 1.04, least);
  const length = Math.min(Math.max((end - start) * factor, least), most);
  const share = (about - start) / (end - start);
  return kept([about - share * length, about + (1 - share) * length], [first, last]);
}

// The span moved as little as it takes for its middle to lie within what there is.
export function kept([start, end], [first, last]) {
  const middle = (start + end) / 2, moved = Math.min(Math.max(middle, first), last) - middle;
  return [Math.round(start + moved), Math.round(end + moved)];
}

// Whether what was fetched for one span serves another: it lies within, and nothing is left out of it.
export function serves(document, [start, end], [first, last]) {
  const { reduced, marks, amendments } = document;
  return !reduced && start >= first && end <= last && [...marks.many, ...amendments.many].every((many) => many === 1);
}

// How many readings lie in a span; of what is reduced it is the span that was asked for.
export function readings({ reduced, readings, time, value }, [start, end]) {
  return reduced ? readings : time.filter((at, place) => at >= start && at < end && value[place] !== null).length;
}

// A number as the server writes it: rounded half to even, signs and separators of the language.
export function number(value, decimals, language) {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, roundingMode: "halfEven" };
  const said = new Intl.NumberFormat("en-US", digits).format(Math.abs(value));
  const sign = value < 0 && /[1-9]/.test(said) ? "\u2212" : "";
  return sign + (language === "en" ? said : said.replace(/,/g, "\u00a0").replace(".", ","));
}

const clocks = new Map();

// What the clock of a zone shows at a time; to make a clock takes long, so each is made once.
function shown(seconds, zone) {
  const two = "2-digit", fields = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two };
  if (!clocks.has(zone))
    clocks.set(zone, new Intl.DateTimeFormat("en-US", { ...fields, hourCycle: "h23", timeZone: zone, timeZoneName: "longOffset" }));
  return Object.fromEntries(clocks.get(zone).formatToParts(seconds * 1000).map(({ type, value }) => [type, value]));
}

// The same as a date whose own fields are those of that clock.
export function wall(seconds, zone) {
  const { year, month, day, hour, minute, second } = shown(seconds, zone);
  return new Date(+year, month - 1, +day, +hour, +minute, +second);
}

// A time by a clock, with how far that was from UTC then: 2026-05-02 09:30 (+06:00).
export function moment(seconds, zone, offset = true) {
  const { year, month, day, hour, minute, timeZoneName } = shown(seconds, zone);
  const local = `${year}-${month}-${day} ${hour}:${minute}`;
  return offset ? `${local} (${timeZoneName.replace("GMT", "") || "+00:00"})` : local;
}

// A time as addresses have it.
export const iso = (seconds) => new Date(Math.round(seconds) * 1000).toISOString().replace(".000", "");

// A text with what stands in braces put in.
export const put = (text, fields) => text.replace(/\{(\w+)\}/g, (all, name) => fields[name] ?? all);
