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

// A line of means or sums is level over the period of each: it has a point at its begin, in its middle and in its last second.
// Columns are of one length; those of instants stay as they are, and so does a break.
export function level({ time, end }, columns) {
  if (!end) return [time, ...columns];
  const found = [[], ...columns.map(() => [])];
  time.forEach((begin, place) => {
    const last = end[place] - 1;
    const at = last > begin ? [begin, ...(last - begin > 1 ? [Math.floor((begin + last) / 2)] : []), last] : [begin];
    found[0].push(...at);
    columns.forEach((column, number) => found[number + 1].push(...at.map(() => column[place])));
  });
  return found;
}

// Which reading of a line holds a time: of instants the one that is then, of periods that within which it lies; else -1.
export function holding({ time, end }, at) {
  let low = 0, high = time.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (time[middle] <= at) low = middle + 1;
    else high = middle - 1;
  }
  return high >= 0 && (time[high] === at || (end && at < end[high])) ? high : -1;
}

// The columns of tables beside one time. Where a table has no time of another its line goes on; where it breaks it is broken as
// far as its next points, whatever times others have there: no gap is bridged.
export function beside(tables) {
  const times = [...new Set(tables.flatMap(([time]) => time))].sort((one, other) => one - other);
  const place = new Map(times.map((time, at) => [time, at]));
  const columns = tables.flatMap(([time, ...held]) => held.map((column) => {
    const wide = new Array(times.length).fill(undefined);
    column.forEach((value, at) => (wide[place.get(time[at])] = value));
    column.forEach((value, at) => {
      if (value !== null) return;
      const from = place.get(time[at]);
      for (const way of [-1, 1]) for (let to = from + way; to >= 0 && to < wide.length && wide[to] === undefined; to += way) wide[to] = null;
    });
    return wide;
  }));
  return [times, ...columns];
}

const SEEN = 0.04, FAR = 3;

// Bounds of an axis that hold all lines: what has a true nought from there, unless that hides how they differ. Of the marks
// those are held that lie near enough; of others an arrow tells.
export function range(low, high, marks = [], nought = true) {
  if (low == null || high == null) {
    if (!marks.length) return [0, 1];
    [low, high] = [Math.min(...marks), Math.max(...marks)];
  }
  if (nought && low >= 0 && (high === low || high - low >= high * SEEN)) low = 0;
  const far = Math.max(FAR * (high - low), nought ? Math.abs(high) : 0) || Math.abs(high) || 1;
  const near = marks.filter((one) => one >= low - far && one <= high + far);
  [low, high] = [Math.min(low, ...near), Math.max(high, ...near)];
  const room = (high - low || Math.abs(high) * 2 || 20) * 0.05;
  return [low === 0 && high > 0 ? 0 : low - room, high + room];
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

// The marks of a document in the scale of its line: each where it stands, a period's in its middle.
export function marksOf({ series, marks, amendments }, line) {
  const middle = ({ time, end }, at) => (end ? (time[at] + end[at]) / 2 : time[at]);
  const flagged = marks.time.map((time, at) => ({
    series, line, time, end: marks.end?.[at], at: middle(marks, at), value: marks.value[at], is: marks.is[at], many: marks.many[at],
  }));
  const amended = amendments.time.map((time, at) => ({
    series, line, time, end: amendments.end?.[at], at: middle(amendments, at), value: amendments.value[at], old: amendments.old[at],
    is: "amended", many: amendments.many[at],
  }));
  return [...flagged, ...amended];
}
