// The sentence, in the words of record/verify.py: what is shown of each file, or at which step that failed.

import { told } from "./proof-entry.js";
import { ML_DSA_44 } from "./proof-policy.js";
import { checkTable } from "./proof-table.js";
import {
  Failed, Fault, STEP_CONTENT, STEP_FILE, STEP_WAY, begins, filled, first, held, hex, need, order, plain, sha256, step,
  text,
} from "./proof-text.js";
import { membersOf } from "./proof-zip.js";
import { HEADER, MAX_PROOF, prove, unstapled } from "./proof.js";

export const [SAME, PART, FAILED, UNCHECKED] = ["same", "part", "failed", "unchecked"];
/** What is said of a file: the same for both; in the record, and not signed by both; not shown; without a proof. */

const STALE_SECONDS = 26 * 3600;
const [PACKED, TABLE, MARKED] = [text("PK\x03\x04"), text("station_id,"), text("\ufeffstation_id,")];
const NAMED = text(".tlog-proof");

/**
 * Check the files by name, each of which is a thing or its proof: a result for each thing.
 *
 * Where all are proofs, one for each entry. `now` is in seconds since 1970. A result has its `verdict`, the `lines` to
 * say, the `step` that failed or 0, whether it `lacks` proofs, and of an entry `alone` the `readings` that it says.
 */
export async function verify(files, policy, words, now) {
  const asked = { policy, words, now };
  const things = [...files.keys()].filter((name) => !isProof(name, files.get(name)));
  const entries = new Map();
  let proof = files.keys().next().value ?? "";
  try {
    for await (const [name, raw] of unpacked(files)) {
      proof = name;
      const entry = await prove(raw, policy);
      await step(STEP_WAY, () => keep(entries, entry));
    }
  } catch (fault) {
    if (!(fault instanceof Failed)) throw fault;
    if (!things.length) return [failure(proof, fault, words)];
    return things.map((thing) => failure(thing, fault, words, `${proof}: `));
  }
  if (!entries.size) {
    const names = things.length ? things : [...files.keys()];
    return names.map((name) => result(name, UNCHECKED, [filled(words["no proof"], { what: name })]));
  }
  const proven = [...entries.values()];
  if (!things.length) return proven.map((entry) => ofEntry(entry, asked));
  const found = [];
  for (const name of things) found.push(await ofThing(name, unstapled(files.get(name))[0], proven, asked));
  return found;
}

function keep(entries, entry) {
  const known = entries.get(entry.index) ?? entry;
  need(known.line === entry.line, `two entries are proven to be entry ${entry.index}`);
  entries.set(entry.index, known);
}

async function ofThing(name, body, entries, asked) {
  const { words } = asked;
  try {
    return await step(STEP_CONTENT, async () => {
      const found = await checkHashed(body, entries);
      if (found) {
        // The entry's own name for it: a report of another day is genuine too, whatever its file is called.
        const called = found.called === name ? name : `${found.called} [${name}]`;
        return sentences(name, filled(words[found.kind], { name: called }), [found.entry], asked);
      }
      // A report has a CSV too, which is no table of the API.
      const isCsv = name.toLowerCase().endsWith(".csv") && entries.every((entry) => entry.kind !== "report");
      if (!isCsv && !begins(body, TABLE) && !begins(body, MARKED)) throw new Failed(STEP_CONTENT, "changed");
      const [count, used] = await checkTable(body, entries);
      return sentences(name, filled(words.table, { name, count }), used, asked, words.rows);
    });
  } catch (fault) {
    if (!(fault instanceof Failed)) throw fault;
    return failure(name, fault, words);
  }
}

/** Which entry names the SHA-256 of a report or a segment: which of the two, by what name; null where none does. */
async function checkHashed(body, entries) {
  const digest = hex(await sha256(body));
  for (const entry of entries) {
    if (entry.kind === "report") {
      const forms = held(held(entry.content, "report"), "forms");
      const form = forms.find((one) => held(one, "sha256") === digest);
      if (form) return { kind: "report", called: String(held(form, "name")), entry };
    }
    if (entry.kind === "seal") {
      const said = held(entry.content, "segment");
      if (held(said, "sha256") === digest && held(said, "bytes") === BigInt(body.length)) {
        const [start, end] = ["start", "end"].map((side) => held(said, side).slice(0, 10));
        return { kind: "segment", called: `${held(said, "collection")} ${start}/${end}`, entry };
      }
    }
  }
  return null;
}

function ofEntry(entry, asked) {
  const said = [...entry.readings.values()].flat();
  const about = { index: entry.index, kind: entry.kind, source: entry.content.get("source"), count: said.length };
  const readings = said.map((one) => plain(`${one.series} ${one.time}: ${told(one)}`));
  const name = `entry ${entry.index}`;
  return { ...sentences(name, filled(asked.words.entry, about), [entry], asked), alone: true, readings };
}

/** When the last of the entries had its quorum, and those alone who signed over all of them. */
function sentences(name, what, used, { policy, words, now }, more = "") {
  const names = [...policy.witnesses.keys()];
  const signed = names.filter((one) => used.every((entry) => entry.signed.has(one)));
  const signedAt = (one) => Math.max(...used.map((entry) => entry.signed.get(one)));
  const times = used.map((entry) => policy.since(entry.signed)).filter((at) => at !== null);
  const newest = Math.max(0, ...times);
  const form = times.length < used.length ? "nobody" : policy.asksForBoth ? "same" : "some";
  const line = filled(words[form], {
    what,
    origin: used[0].content.get("log"),
    since: written(newest),
    signed: signed.map((one) => `${one} ${written(signedAt(one))}`).join(", ") || "-",
    lacking: names.filter((one) => !signed.includes(one)).join(", ") || "-",
    whom: signed.length === 2 ? words.both : signed.join(", "),
  });
  const unchecked = names.filter((one) => policy.witnesses.get(one).kind === ML_DSA_44).join(", ");
  const lines = [
    line,
    more,
    unchecked && filled(words.unchecked, { names: unchecked }),
    policy.gateways.length ? "" : words.unsourced,
    times.length && now - newest > STALE_SECONDS ? words.stale : "",
  ];
  return result(name, form === "same" ? SAME : PART, lines.filter(Boolean));
}

const result = (name, verdict, lines, failed = 0) => ({ name, verdict, lines: lines.map(plain), step: failed });

/** A time of a signature, as all languages of the sentence write it. */
export const written = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;

function failure(what, fault, words, within = "") {
  const why = within + (fault.reason in words ? filled(words[fault.reason], fault.fields) : fault.reason);
  const name = words.steps.split("|")[fault.step - 1];
  const lacks = fault.reason === "unproved";
  return { ...result(what, FAILED, [filled(words.failed, { what, step: fault.step, name, why })], fault.step), lacks };
}

/** Whether a file is a proof, by its first line, or should be one, by its name; or a zip of proofs. */
export function isProof(name, body) {
  return begins(body, HEADER) || name.endsWith(".tlog-proof") || isPacked(name, body);
}

/** A zip of proofs, by its name or by the names in it, which stand plainly; a workbook is a zip too, and of none. */
function isPacked(name, body) {
  return begins(body, PACKED) && (name.toLowerCase().endsWith(".zip") || first(body, NAMED) !== -1);
}

/** Every proof file with its name, those in a zip too, and those behind a PDF. */
async function* unpacked(files) {
  for (const [name, body] of files) {
    if (!isPacked(name, body)) {
      const found = isProof(name, body) ? body : unstapled(body)[1];
      if (found.length) yield [name, found];
      continue;
    }
    try {
      for await (const [member, raw] of membersOf(body, MAX_PROOF)) yield [`${name}/${member}`, raw];
    } catch (fault) {
      if (!(fault instanceof Fault || fault instanceof RangeError)) throw fault;
      throw new Failed(STEP_FILE, `${name} is no zip of proofs: ${fault.message}`);
    }
  }
}
