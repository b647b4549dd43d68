// A table of readings (CSV) against the entries that it names: it is read as the service lays it out and no other way.

import { FLAGS, NUMBER, placeOf, told } from "./proof-entry.js";
import { Failed, Fault, STEP_CONTENT, need, order, quoted, utf8 } from "./proof-text.js";

const UNITS = new Map([["million m3", "hm3"], ["degC", "Cel"]]);
const ABOUT = ["station_id", "station_name", "nature", "verified", "time_utc"];
const LONGEST = 131072;
const isAlike = (one, other) => one.length === other.length && one.every((name, at) => name === other[at]);

/** The rows of a CSV (RFC 4180, strictly), each with the number of its last line. */
function* rowsOf(words) {
  const [plain, quote, end] = [/[^,\r\n]*/y, /"((?:[^"]|"")*)"/y, /\r\n|\r|\n/y];
  const takes = (pattern, at) => ((pattern.lastIndex = at), pattern.exec(words));
  let [at, line] = [0, 0];
  while (at < words.length) {
    const row = [];
    line += 1;
    for (let more = !takes(end, at); more; ) {
      const isQuoted = words[at] === '"';
      const found = takes(isQuoted ? quote : plain, at);
      need(found, "unexpected end of data");
      at += found[0].length;
      row.push(isQuoted ? found[1].replaceAll('""', '"') : found[0]);
      need(row.at(-1).length <= LONGEST, `field larger than field limit (${LONGEST})`);
      if (isQuoted) line += found[0].match(/\r\n|\r|\n/g)?.length ?? 0;
      more = words[at] === ",";
      if (more) at += 1;
      else need(at === words.length || takes(end, at), "',' expected after '\"'");
    }
    yield [row, line];
    at += takes(end, at)?.[0].length ?? 0;
  }
}

/** Each value of a table that names an entry: where it stands, and what is said of it. */
function* cellsOf(body) {
  const rows = rowsOf(utf8(body, true));
  const [header] = rows.next().value ?? [[]];
  const columns = header.flatMap((name, at) => (at >= 5 && (at - 5) % 3 === 0 ? [/^([a-z_]+) \[([^\]]+)\]$/.exec(name)] : []));
  const names = columns.filter(Boolean).map(([, name]) => name);
  const isTable = isAlike(header.slice(0, 5), ABOUT) && names.length === columns.length;
  need(isTable && new Set(names).size === names.length, "its first line is not that of a table");
  const whole = names.every((name, at) => isAlike(header.slice(6 + 3 * at, 8 + 3 * at), [`${name}_flag`, `${name}_entry`]));
  need(whole, "its first line lacks a column");
  const last = new Map();
  for (const [row, line] of rows) {
    const where = `line ${line}`;
    need(row.length === header.length, `${where} has ${row.length} columns of ${header.length}`);
    const [station, , nature, , time] = row;
    const isLater = order(time, last.get(station) ?? "") > 0;
    need(isLater, `${where}: the same time of ${station} twice, or before an earlier line`);
    last.set(station, time);
    const simulated = nature !== "real" && nature !== "example";
    for (const [at, [, name, unit]] of columns.entries()) {
      const [value, flag, entry] = row.slice(5 + 3 * at, 8 + 3 * at);
      if (entry === "") {
        need(value === "" && flag === FLAGS.get("missing"), `${where}: a value that names no entry`);
        continue;
      }
      need(/^(?:0|[1-9][0-9]{0,18})$/.test(entry), `${where}: ${quoted(entry)} is no entry`);
      const said = { unit: UNITS.get(unit) ?? unit, value, flag, simulated, entry };
      yield { line, column: header[5 + 3 * at], place: placeOf(`${station}.${name}`, time), ...said };
    }
  }
}

// So many values at once, and then a breath, in which the page can be moved and left.
const AT_ONCE = 20000;
const breath = () => new Promise((done) => setTimeout(done));

/** That each value, with its unit and flag, is what its entry says; how many there are, and the entries. */
export async function checkTable(body, entries) {
  const proven = new Map(entries.map((entry) => [String(entry.index), entry]));
  const named = new Set();
  let count = 0;
  for (const cell of cellsOf(body)) {
    count += 1;
    if (count % AT_ONCE === 0) await breath();
    named.add(cell.entry);
    if (proven.has(cell.entry)) compare(cell, proven.get(cell.entry).readings.get(cell.place) ?? []);
  }
  const numbers = [...named].sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
  const unproved = numbers.filter((number) => !proven.has(number));
  if (unproved.length) throw new Failed(STEP_CONTENT, "unproved", { ask: `/proof?entry=${unproved.join(",")}` });
  need(count, "the table has no value that names its entry");
  return [count, numbers.map((number) => proven.get(number))];
}

function compare(cell, said) {
  need(!cell.value || NUMBER.test(cell.value), `line ${cell.line}: ${quoted(cell.value)} is no number`);
  for (const one of said) {
    const same = one.value === null ? !cell.value : cell.value && Number(cell.value) === Number(one.value);
    const alike = cell.flag === FLAGS.get(one.flag) && cell.unit === one.unit && cell.simulated >= one.simulated;
    if (same && alike) return;
  }
  const flag = [...FLAGS].find(([, number]) => number === cell.flag)?.[0] ?? cell.flag;
  const { line, column, entry } = cell;
  const known = { line, column, entry, said: said.map(told).join("; ") || "-", file: told({ ...cell, flag }) };
  throw new Failed(STEP_CONTENT, "differs", known);
}
