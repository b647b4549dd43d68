// Numbers and times as the server writes them; the names of months and periods come from there, for browsers do not know
// those of every language.

// A number: rounded half to even, signs and separators of the language.
export function number(value, decimals, language) {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, roundingMode: "halfEven" };
  const said = new Intl.NumberFormat("en-US", digits).format(Math.abs(value));
  const sign = value < 0 && /[1-9]/.test(said) ? "\u2212" : "";
  return sign + (language === "en" ? said : said.replace(/,/g, "\u00a0").replace(".", ","));
}

// How many decimals a value has, of those for values below 1, for units, tens, and hundreds and more.
export function decimals(value, digits) {
  const size = Math.abs(value);
  return digits[size < 1 ? 0 : size < 10 ? 1 : size < 100 ? 2 : 3];
}

// How many decimals round values need that stand so far apart.
export function stepDecimals(step) {
  const said = Number(step.toPrecision(3)).toFixed(9).replace(/0+$/, "");
  return said.split(".")[1]?.length ?? 0;
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

// Of when a mean or a sum is, as the page says it: 26 November 2026, mean; 11–20 August 2006, mean; July 2006, mean.
export function period(start, end, { zone, sum }, told) {
  const first = shown(start, zone), last = shown(end - 1, zone), next = shown(end, zone);
  const whole = first.day === "01" && next.day === "01" && first.month === last.month && first.year === last.year;
  const days = first.month === last.month && first.day !== last.day ? `${+first.day}–${+last.day}` : `${+first.day}`;
  const name = (whole ? told.wholes : told.periods)[first.month - 1];
  return put(sum ? told.sum : told.mean, { day: put(name, { day: days, year: first.year }) });
}

// Round times below a chart that stand `step` apart: hours, days, months or years.
export function times(splits, step, told) {
  const named = (names, local) => names[local.slice(5, 7) - 1];
  const dayOf = (local) => named(told.days, local).replace("1", Number(local.slice(8, 10)));
  let year = null;
  return splits.map((at) => {
    const local = moment(at, told.axis, false), clock = local.slice(11), of = local.slice(0, 4);
    if (step < 86400) return clock === "00:00" ? dayOf(local) : clock;
    if (step < 28 * 86400) return dayOf(local);
    if (step > 330 * 86400) return of;
    const month = named(told.months, local), text = of === year ? month : `${month} ${of}`;
    year = of;
    return text;
  });
}

// A time as addresses have it.
export const iso = (seconds) => new Date(Math.round(seconds) * 1000).toISOString().replace(".000", "");

// A text with what stands in braces put in.
export const put = (text, fields) => text.replace(/\{(\w+)\}/g, (all, name) => fields[name] ?? all);
