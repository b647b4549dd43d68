// What stands on the canvas of a hydrograph beside its lines: the ground of what is simulated, units, marks and arrows.

const MARKS = { suspect: "--warn", bad: "--bad", missing: "--quiet", estimated: "--ink", amended: "--ink" };
const BETWEEN = 18;

// What is no measurement stands on a ground of its own.
export function ground({ ctx, bbox }, docs, colour) {
  if (!docs.some((doc) => doc.nature !== "real")) return;
  ctx.fillStyle = colour("--sim-band");
  ctx.fillRect(bbox.left, bbox.top, bbox.width, bbox.height);
}

// The units above their axes.
export function units({ ctx, bbox }, left, right, font, colour) {
  const dot = devicePixelRatio;
  ctx.font = `${12 * dot}px ${font}`;
  ctx.fillStyle = colour("--quiet");
  ctx.textAlign = "right";
  ctx.fillText(left, bbox.left - 6 * dot, bbox.top - 10 * dot);
  ctx.textAlign = "left";
  if (right) ctx.fillText(right, bbox.left + bbox.width + 6 * dot, bbox.top - 10 * dot);
}

// Points that no line joins, and the marks: squares, discs and strokes, hollow ones among them. Each mark is told its spot.
export function over(plot, lines, marks, colour) {
  const { ctx, bbox } = plot, dot = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - 4 * dot, bbox.top - 4 * dot, bbox.width + 8 * dot, bbox.height + 8 * dot);
  ctx.clip();
  lines.forEach((line, place) => {
    if (!line.stroke) return;
    ctx.fillStyle = colour(line.stroke);
    for (const one of line.alone)
      disc(ctx, plot.valToPos(plot.data[0][one], "x", true), plot.valToPos(plot.data[place + 1][one], line.scale ?? "y", true), 2 * dot);
  });
  const several = lines.filter((line) => line.doc).length > 1;
  for (const mark of marks) {
    ctx.fillStyle = ctx.strokeStyle = colour(MARKS[mark.is]);
    ctx.lineWidth = 1.6 * dot;
    if (mark.is === "missing" || mark.value === null) foot(plot, mark, several, colour);
    else spot(plot, mark, colour("--paper"));
  }
  ctx.restore();
}

// A stroke at the foot; of several lines each has a row of its own in its own colour.
function foot({ ctx, bbox, valToPos }, mark, several, colour) {
  const dot = devicePixelRatio, x = valToPos(mark.at, "x", true);
  const bottom = bbox.top + bbox.height - (several ? mark.line.place * BETWEEN * dot * 0.84 : 0);
  if (several) ctx.fillStyle = colour(mark.line.stroke);
  ctx.fillRect(x - dot, bottom - 12 * dot, 2 * dot, 12 * dot);
  mark.spot = [x / dot, (bottom - 6 * dot) / dot];
}

function spot({ ctx, bbox, valToPos }, mark, paper) {
  const dot = devicePixelRatio, top = bbox.top, bottom = top + bbox.height;
  const x = valToPos(mark.at, "x", true), y = valToPos(mark.value, mark.line.scale, true);
  const inside = Math.min(Math.max(y, top), bottom);
  mark.spot = [x / dot, inside / dot];
  if (mark.old != null) {
    const from = valToPos(mark.old, mark.line.scale, true), held = Math.min(Math.max(from, top), bottom);
    stroke(ctx, [[x, held], [x, inside]]);
    if (held !== from) arrow(ctx, x, held, held === top ? 1 : -1, dot);
  }
  if (inside !== y) arrow(ctx, x, inside, inside === top ? 1 : -1, dot);
  else if (mark.is === "suspect" || mark.is === "bad") square(ctx, x, y, 3.6 * dot, mark.is === "suspect" && paper);
  else disc(ctx, x, y, 3.4 * dot, mark.is === "estimated" && paper);
}

// What lies beyond the edge.
function arrow(ctx, x, y, way, dot) {
  stroke(ctx, [[x - 5 * dot, y + 9 * way * dot], [x, y + way * dot], [x + 5 * dot, y + 9 * way * dot]]);
}

function stroke(ctx, [first, ...others]) {
  ctx.beginPath();
  ctx.moveTo(...first);
  for (const one of others) ctx.lineTo(...one);
  ctx.stroke();
}

function disc(ctx, x, y, size, within) {
  ctx.beginPath();
  ctx.arc(x, y, size, 0, 2 * Math.PI);
  ctx.fill();
  if (within) {
    ctx.fillStyle = within;
    disc(ctx, x, y, size / 2);
  }
}

function square(ctx, x, y, size, within) {
  ctx.fillRect(x - size, y - size, 2 * size, 2 * size);
  if (!within) return;
  ctx.fillStyle = within;
  ctx.fillRect(x - size / 2, y - size / 2, size, size);
}
