// What an entry says. It is a signed note whose text is a line for its kind and a line of canonical JSON.

import { Fault, held, need, order, quoted } from "./proof-text.js";

export const FLAGS = new Map([["good", "1"], ["unknown", "2"], ["suspect", "3"], ["bad", "4"], ["missing", "9"]]);
export const NUMBER = /^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/;
const TOKEN = /[\x20\t\n\r]*(?:([{}[\]:,])|("(?:[^"\\\x00-\x1f]|\\.)*")|(-?(?:Infinity|(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)|NaN)|(true|false|null))/y;
const WORDS = new Map([["true", true], ["false", false], ["null", null]]);
const DEEPEST = 900;
const UNREADABLE = "it is not JSON";

/** JSON with maps for objects, whole numbers as they are written however long, and no key twice in one object. */
class Json {
  constructor(line) {
    Object.assign(this, { line, at: 0, ahead: undefined });
    this.#next();
  }

  whole() {
    const found = this.#value(0);
    need(this.ahead === undefined && /^[\x20\t\n\r]*$/.test(this.line.slice(this.at)), UNREADABLE);
    return found;
  }

  #next() {
    const token = this.ahead;
    TOKEN.lastIndex = this.at;
    this.ahead = TOKEN.exec(this.line) ?? undefined;
    if (this.ahead) this.at = TOKEN.lastIndex;
    return token;
  }

  #takes(sign) {
    if (this.ahead?.[1] !== sign) return false;
    this.#next();
    return true;
  }

  #value(depth) {
    need(depth < DEEPEST, "it is not made as it should be");
    if (this.#takes("{")) return this.#object(depth);
    if (this.#takes("[")) return this.#list(depth);
    const [, sign, string, number, fraction, exponent, word] = this.#next() ?? [];
    if (string !== undefined) return unquoted(string);
    if (word !== undefined) return WORDS.get(word);
    need(number !== undefined && sign === undefined, UNREADABLE);
    need(!fraction && !exponent && /[0-9]$/.test(number), `entries hold no number like ${number.slice(0, 40)}`);
    return BigInt(number);
  }

  #list(depth) {
    const found = [];
    if (this.#takes("]")) return found;
    do found.push(this.#value(depth + 1));
    while (this.#takes(","));
    need(this.#takes("]"), UNREADABLE);
    return found;
  }

  #object(depth) {
    const [found, keys] = [new Map(), []];
    if (this.#takes("}")) return found;
    do {
      const string = this.#next()?.[2];
      need(string !== undefined && this.#takes(":"), UNREADABLE);
      keys.push(unquoted(string));
      found.set(keys.at(-1), this.#value(depth + 1));
    } while (this.#takes(","));
    need(this.#takes("}"), UNREADABLE);
    need(found.size === keys.length, "a key stands twice in it");
    return found;
  }
}

function unquoted(string) {
  try {
    return JSON.parse(string);
  } catch {
    throw new Fault(UNREADABLE);
  }
}

/** A value in canonical JSON. Halves of letters, which it can hold and UTF-8 cannot, are spelled in no way. */
function spelled(value) {
  if (value instanceof Map) {
    const keys = [...value.keys()].sort(order);
    return `{${keys.map((key) => `${spelled(key)}:${spelled(value.get(key))}`).join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(spelled).join(",")}]`;
  if (typeof value === "bigint") return String(value);
  return /[\ud800-\udfff]/u.test(value) ? "" : JSON.stringify(value);
}

/** An entry's kind, its content as it stands and as it is spelled, and what a batch says by series and time. */
export function readEntry(words, origin) {
  const [first, line = "", ...rest] = words.split("\n");
  const isKnown = /^arna\/[a-z]+\/v1$/.test(first) && rest.length === 1 && rest[0] === "";
  need(isKnown, `it is no entry of a known kind: ${quoted(first)}`);
  const content = new Json(line).whole();
  const isCanonical = content instanceof Map && spelled(content) === line;
  need(isCanonical, "it is not spelled as entries are (canonical JSON)");
  const log = held(content, "log");
  need(log === origin, `it is an entry of ${quoted(String(log), Infinity)}, not of ${origin}`);
  need(typeof held(content, "source") === "string", "it names no source");
  const kind = first.split("/")[1];
  return { kind, content, line, readings: kind === "batch" ? readingsOf(content) : new Map() };
}

/** Under what a reading stands: its series without the interval, which a table does not name, and its time. */
export const placeOf = (series, time) => JSON.stringify([series, time]);

/** A reading as it is told. */
export const told = ({ value, unit, flag, simulated }) => `${value || "-"} ${unit} (${flag}${simulated ? ", simulated" : ""})`;

function readingsOf(content) {
  const found = new Map();
  for (const row of held(content, "rows")) {
    need(Array.isArray(row) && row.length === 5, "it has a row of another length");
    const [number, time, value, flag] = row;
    const series = held(content, "series")[number];
    const isNumber = value === null || (typeof value === "string" && NUMBER.test(value));
    need(typeof number === "bigint" && number >= 0 && FLAGS.has(flag) && isNumber, "it has a row without sense");
    const [id, unit] = [held(series, "id"), held(series, "unit")];
    need(typeof id === "string" && typeof time === "string", "it has a row without sense");
    const one = { series: id, time, unit, value, flag, simulated: held(series, "method") === "simulated" };
    const place = placeOf(id.slice(0, Math.max(id.lastIndexOf("."), 0)), time);
    found.set(place, [...(found.get(place) ?? []), one]);
  }
  return found;
}
