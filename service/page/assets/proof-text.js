// What the check of a proof says of bytes and text. It is that of record/verify.py to a letter, so that both judge alike:
// where Python and a browser differ (white space, order, quoting), it is done here as Python does it.

/** A step that did not hold: its number, and a reason that is a word of the tables or plain English. */
export class Failed extends Error {
  constructor(step, reason, fields = {}) {
    super(reason);
    Object.assign(this, { step, reason, fields });
  }
}

/** What was read is not as it must be. */
export class Fault extends Error {}

export const [STEP_FILE, STEP_LOG, STEP_QUORUM, STEP_WAY, STEP_ENTRY, STEP_CONTENT] = [1, 2, 3, 4, 5, 6];

const UNMADE = "it is not made as it should be";

/** Raise unless it holds. */
export function need(holds, otherwise) {
  if (!holds) throw new Fault(otherwise);
}

/** Let what cannot be read within be a failure of this step: anyone may have written what is read there. */
export async function step(number, within) {
  try {
    return await within();
  } catch (fault) {
    if (fault instanceof Fault) throw new Failed(number, fault.message);
    // What is of another kind than was looked for, or nested without end.
    if (fault instanceof TypeError || fault instanceof RangeError) throw new Failed(number, UNMADE);
    throw fault;
  }
}

/** What a map holds under a name. */
export function held(map, name) {
  need(map instanceof Map && map.has(name), UNMADE);
  return map.get(name);
}

export const text = (words) => new TextEncoder().encode(words);

/** Bytes as letters, one each, and back. */
export function latin(bytes) {
  let letters = "";
  for (let at = 0; at < bytes.length; at += 8192) letters += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return letters;
}

export const unlatin = (letters) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

/** The text that bytes are in UTF-8; `mark` drops the byte order mark that may stand before it. */
export function utf8(bytes, mark = false) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: !mark }).decode(bytes);
  } catch {
    throw new Fault("it is not UTF-8");
  }
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
export const begins = (body, start) => body.length >= start.length && start.every((byte, at) => byte === body[at]);

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// Byte by byte, for whoever made the file may have made it so that looking for more at once takes long.
function stands(body, bytes, at) {
  for (let step = 0; step < bytes.length; step += 1) if (body[at + step] !== bytes[step]) return false;
  return true;
}

/** Where the bytes first stand in the body; -1 where they do not. */
export function first(body, bytes) {
  for (let at = 0; at <= body.length - bytes.length; at += 1) if (stands(body, bytes, at)) return at;
  return -1;
}

/** Where they last stand in it. */
export function last(body, bytes) {
  for (let at = body.length - bytes.length; at >= 0; at -= 1) if (stands(body, bytes, at)) return at;
  return -1;
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** The bytes of base64 in its one spelling: the last letter can have idle bits, which anyone could change. */
export function unbase64(words) {
  const told = `${quoted(words)} is not how base64 is spelled`;
  need(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(words) && !words.endsWith("\n"), told);
  const raw = atob(words);
  need(btoa(raw) === words, told);
  return unlatin(raw);
}

/** -1, 0 or 1 by code points; JavaScript itself compares by halves of them. */
export function order(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [left, right] = [one.codePointAt(at) ?? -1, other.codePointAt(at) ?? -1];
  return Math.sign(left - right);
}

const UNPRINTABLE = /[\p{C}\p{Z}]/u;
const isPrintable = (letter) => letter === " " || !UNPRINTABLE.test(letter);

/** Without what moves a cursor or turns the writing round: names in files and entries may hold anything. */
export const plain = (words) => Array.from(words, (letter) => (isPrintable(letter) ? letter : "?")).join("");

/** The first letters of a text as Python quotes it. */
export function quoted(words, most = 40) {
  const letters = Array.from(words).slice(0, most);
  const mark = letters.includes("'") && !letters.includes('"') ? '"' : "'";
  const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", [mark]: `\\${mark}` };
  return mark + letters.map((letter) => short[letter] ?? (isPrintable(letter) ? letter : escaped(letter))).join("") + mark;
}

function escaped(letter) {
  const point = letter.codePointAt(0);
  const [sign, width] = point < 0x100 ? ["x", 2] : point < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${sign}${point.toString(16).padStart(width, "0")}`;
}

const WHITE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${WHITE}]+`);
export const SOLID = `[^${WHITE}]`;
const LINE_ENDS = /\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]/;

export const wordsOf = (line) => line.split(SPACES).filter(Boolean);
export const linesOf = (words) => words.split(LINE_ENDS);

/** The text with its fields filled in. */
export const filled = (form, fields) => form.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
