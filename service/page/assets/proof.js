// Steps 1 to 5 of a proof: its file, the log's signature, the quorum, the way to the root (RFC 9162, 2.1.3.2), the entry.
// Formats: C2SP tlog-proof, signed-note, tlog-checkpoint, tlog-cosignature. It judges as record/verify.py does.

import { readEntry } from "./proof-entry.js";
import { COSIGNATURE, ML_DSA_44 } from "./proof-policy.js";
import {
  Failed, SOLID, STEP_ENTRY, STEP_FILE, STEP_LOG, STEP_QUORUM, STEP_WAY, begins, first, hex, joined, last, latin, need,
  quoted, same, sha256, step, text, unbase64, unlatin, utf8,
} from "./proof-text.js";

export const HEADER = text("c2sp.org/tlog-proof@v1\n");
export const MAX_PROOF = 128 << 10;
const MAX_LINES = 100;
const MAX_TIME = 253402300800; // the year 10000
const NUMBER = /^(?:0|[1-9][0-9]{0,18})$/;
const [MARK, START, PDF] = [joined(text("\n%"), HEADER), text("startxref"), text("%PDF-")];

/** Whether the Ed25519 key signed the message. */
export async function accepts(bytes, signature, message) {
  if (signature.length !== 64) return false;
  const key = await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]).catch((fault) => {
    if (fault.name === "DataError") return null;
    throw fault;
  });
  return key !== null && crypto.subtle.verify("Ed25519", key, signature, message);
}

// RFC 8032, section 7.1, test 1: what every browser that knows Ed25519 accepts, and with another message does not.
const TEST_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const TEST_SIGNATURE = "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

/** Whether this browser can check signatures at all: it may be too old, or keep that from pages without https. */
export async function canCheck() {
  try {
    const [key, signature] = [unbase64(TEST_KEY), unbase64(TEST_SIGNATURE)];
    return (await accepts(key, signature, text(""))) && !(await accepts(key, signature, text("x")));
  } catch {
    return false;
  }
}

/** Take a proof file apart: an entry and its index, the hashes from its sibling up, and the note of the checkpoint. */
export function readProof(raw) {
  need(raw.length <= MAX_PROOF, `it has more than ${MAX_PROOF} bytes`);
  need(begins(raw, HEADER), "its first line is not that of a proof");
  const rest = raw.subarray(HEADER.length);
  const blank = first(rest, text("\n\n"));
  const head = blank === -1 ? rest : rest.subarray(0, blank);
  need(head.every((byte) => byte < 0x80), "it is not ASCII");
  const [extra, index = "", ...lines] = latin(head).split("\n");
  need(blank !== -1 && extra.startsWith("extra "), "it does not hold the entry");
  need(index.startsWith("index ") && NUMBER.test(index.slice(6)), "it does not hold the entry and its index");
  const hashes = lines.map(unbase64);
  need(hashes.length <= 63 && hashes.every((one) => one.length === 32), "its hashes are not 32 bytes each");
  return { index: BigInt(index.slice(6)), hashes, entry: unbase64(extra.slice(6)), note: rest.subarray(blank + 2) };
}

/** The text of a signed note, and the name and bytes of each of its signatures. */
export function readNote(raw) {
  const words = utf8(raw);
  const blank = words.lastIndexOf("\n\n");
  const [head, tail] = [words.slice(0, Math.max(blank, 0)), words.slice(blank + 2)];
  const lines = tail.slice(0, -1).split("\n");
  need(blank !== -1 && tail.endsWith("\n") && lines.length <= MAX_LINES, "it is not a signed note");
  need(!/[\x00-\x09\x0b-\x1f]/.test(head), "a signed note with control characters");
  const line = new RegExp(`^\u2014 ((?:(?!\\+)${SOLID})+) (${SOLID}+)$`);
  const found = lines.map((one) => line.exec(one));
  const signatures = found.filter(Boolean).map(([, name, raw]) => ({ name, raw: unbase64(raw) }));
  const all = signatures.length === found.length && signatures.every((one) => one.raw.length > 4);
  need(all, "a signature line is not one");
  return { text: `${head}\n`, signatures };
}

/** A file, and the proof behind it if it bears one: then it must be, to a byte, what stapling the two gives. */
export function unstapled(body) {
  const mark = begins(body, PDF) ? last(body, MARK) : -1;
  if (mark === -1) return [body, new Uint8Array()];
  const [pdf, tail] = [body.subarray(0, mark), body.subarray(mark + MARK.length)];
  // Lines of one byte each make the longest tail that a proof can have.
  if (tail.length > 3 * MAX_PROOF) throw new Failed(STEP_FILE, "staple");
  const comments = latin(tail.subarray(0, Math.max(last(tail, START), 0)));
  const lines = comments.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? [];
  const proof = joined(HEADER, unlatin(lines.map((line) => line.slice(1)).join("")));
  if (!same(tailOf(pdf, proof), body.subarray(mark))) throw new Failed(STEP_FILE, "staple");
  return [pdf, proof];
}

/** What stands behind a PDF that bears its proof: the lines as comments, and where the PDF's own table stands. */
function tailOf(pdf, proof) {
  const start = last(pdf, START);
  const end = start === -1 ? pdf : pdf.subarray(start + START.length);
  const begin = end.findIndex((byte) => !isWhite(byte));
  const word = begin === -1 ? end.subarray(0, 0) : end.subarray(begin);
  const stop = word.findIndex(isWhite);
  const address = latin(stop === -1 ? word : word.subarray(0, stop));
  const lines = latin(proof.subarray(0, -1)).split("\n");
  return unlatin(`\n${lines.map((line) => `%${line}\n`).join("")}startxref\n${address}\n%%EOF\n`);
}

const isWhite = (byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Read the note of a checkpoint; nothing is verified yet. */
function readCheckpoint(raw) {
  const { text: said, signatures } = readNote(raw);
  const [origin, size = "", root = "", ...others] = said.slice(0, -1).split("\n");
  need(origin && others.every(Boolean) && NUMBER.test(size), "it is not a checkpoint");
  const found = { origin, size: BigInt(size), root: unbase64(root), text: said, signatures };
  need(found.root.length === 32, "its root is not 32 bytes");
  return found;
}

const isOf = (key, { name, raw }) => name === key.name && hex(raw.slice(0, 4)) === key.id;

/** When the key signed, 0 for a log; null where it did not. A line of its that does not fit is a fault. */
async function signedBy(key, said) {
  const line = key.kind === ML_DSA_44 ? undefined : said.signatures.find((one) => isOf(key, one));
  if (line === undefined) return null;
  let [time, signature, message] = [0n, line.raw.slice(4), said.text];
  if (key.kind === COSIGNATURE) {
    time = BigInt(`0x0${hex(line.raw.slice(4, 12))}`);
    signature = line.raw.slice(12);
    message = `cosignature/v1\ntime ${time}\n${said.text}`;
  }
  need(await accepts(key.bytes, signature, text(message)), `the signature of ${line.name} does not fit the checkpoint`);
  need(time < MAX_TIME, `${line.name} signed at no time of a calendar`);
  return Number(time);
}

/** That the log of the policy signed the checkpoint. */
async function checkLog(said, policy) {
  const { origin } = said;
  need(policy.logs.has(origin), `the checkpoint is of ${quoted(origin, Infinity)}, a log that the policy does not name`);
  need((await signedBy(policy.logs.get(origin), said)) === 0, `the log ${origin} did not sign the checkpoint`);
}

/** That those have signed the checkpoint whom the policy asks for; who did, and when. */
async function checkQuorum(said, policy) {
  const signed = new Map();
  for (const [name, key] of policy.witnesses) {
    const time = await signedBy(key, said);
    if (time !== null) signed.set(name, time);
  }
  if (!policy.holds(signed.keys())) {
    const names = [...policy.witnesses.keys()].filter((name) => !signed.has(name)).join(", ");
    throw new Failed(STEP_QUORUM, "lacking", { names });
  }
  return signed;
}

/** That hashing the entry with the hashes of the proof gives the signed root. */
export async function checkWay(proof, said) {
  need(proof.index < said.size, `entry ${proof.index} lies outside of the ${said.size} entries that were signed`);
  let [at, last, digest] = [proof.index, said.size - 1n, await sha256(joined([0], proof.entry))];
  for (const sibling of proof.hashes) {
    if (last === 0n) throw new Failed(STEP_WAY, "no way");
    if (at & 1n || at === last) {
      digest = await sha256(joined([1], sibling, digest));
      while (at && !(at & 1n)) [at, last] = [at >> 1n, last >> 1n];
    } else {
      digest = await sha256(joined([1], digest, sibling));
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  if (last || !same(digest, said.root)) throw new Failed(STEP_WAY, "no way");
}

/** That a gateway of the policy signed the entry, where it names any. */
async function checkGateways(note, gateways) {
  const by = gateways.filter((key) => note.signatures.some((one) => isOf(key, one)));
  need(by.length || !gateways.length, "no gateway of the policy signed it");
  for (const key of by) {
    for (const one of note.signatures.filter((line) => isOf(key, line))) {
      const fits = await accepts(key.bytes, one.raw.slice(4), text(note.text));
      need(fits, `the signature of ${key.name} does not fit it`);
    }
  }
}

/** The entry that a proof file proves: steps 1 to 5. Raises `Failed`. */
export async function prove(raw, policy) {
  const proof = await step(STEP_FILE, () => readProof(raw));
  const said = await step(STEP_LOG, async () => {
    const read = readCheckpoint(proof.note);
    await checkLog(read, policy);
    return read;
  });
  const signed = await step(STEP_QUORUM, () => checkQuorum(said, policy));
  await step(STEP_WAY, () => checkWay(proof, said));
  return step(STEP_ENTRY, async () => {
    const note = readNote(proof.entry);
    await checkGateways(note, policy.gateways);
    return { index: proof.index, signed, ...readEntry(note.text, said.origin) };
  });
}
