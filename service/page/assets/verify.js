// The page on which a file is checked: it is read here, judged here, and sent nowhere. The page's own rule
// (connect-src 'none') lets this script ask for nothing; the words and the policy came with the page.

import { isPolicy, readPolicy, Unusable } from "./proof-policy.js";
import { FAILED, PART, SAME, UNCHECKED, isProof, verify, written } from "./proof-sentence.js";
import { filled, hex, plain, same, sha256, text } from "./proof-text.js";
import { canCheck } from "./proof.js";

const MOST = 200_000_000;
const KEPT = "arna policy";
const WORST = [SAME, PART, UNCHECKED, FAILED];
const [STEPS, READINGS] = [6, 200];
const told = JSON.parse(document.getElementById("told-words").textContent);
const at = (id) => document.getElementById(id);

// The files that are checked together by name, the last results, and the policy as a file.
let [files, results, agreed, turn] = [new Map(), [], null, 0];

function make(tag, about = {}, ...inner) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) found.setAttribute(name, value);
  found.append(...inner.filter((one) => one !== ""));
  return found;
}

function sign(name) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const used = document.createElementNS("http://www.w3.org/2000/svg", "use");
  drawn.setAttribute("aria-hidden", "true");
  used.setAttribute("href", `#${name}`);
  drawn.append(used);
  return drawn;
}

// The policy.

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

/** Take a policy, the reader's own by its name or that of the service; raises `Unusable`. */
async function take(name, body) {
  const policy = await readPolicy(body);
  const names = [...policy.witnesses.keys()];
  const ofNobody = names.some((one) => one.endsWith(told.example));
  agreed = { policy, ofNobody, own: name !== null, hash: hex(await sha256(body)) };
  at("from").textContent = agreed.own ? filled(told.own, { name: plain(name) }) : told.served;
  at("logs").textContent = plain([...policy.logs.keys()].join(", "));
  at("witnesses").textContent = plain(names.join(", "));
  at("policy-hash").textContent = agreed.hash;
  at("served").hidden = agreed.own;
  at("example").hidden = !ofNobody;
  at("forget").hidden = !agreed.own;
  for (const id of ["from", "about"]) at(id)?.removeAttribute("hidden");
}

async function own(name, body) {
  await take(name, body);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ name, text: new TextDecoder().decode(body) }));
  } catch {
    // Then it lasts as long as the page.
  }
}

async function first() {
  const own = kept();
  if (own) await take(own.name, text(own.text));
  else if (told.policy !== null) await take(null, text(told.policy));
}

// The files.

/** Files that come when nothing could be checked yet, or when proofs alone were, belong to those before them. */
function joins() {
  return results.every((one) => one.verdict === UNCHECKED || one.alone || one.lacks);
}

/** Put a file to the others: the same once, another of the same name under one of its own. */
function put(taken, name, body) {
  let [free, number] = [name, 2];
  while (taken.has(free) && !same(taken.get(free), body)) free = `${name} (${number++})`;
  taken.set(free, body);
}

async function add(chosen) {
  if (!chosen.length) return;
  const mine = ++turn;
  say(make("p", { class: "state loading" }, told.checking));
  const fresh = new Map(joins() ? files : []);
  const size = [...fresh.values(), ...chosen].reduce((sum, one) => sum + (one.size ?? one.length), 0);
  if (size > MOST) return nothing(told.large);
  for (const file of chosen) {
    try {
      put(fresh, file.name, new Uint8Array(await file.arrayBuffer()));
    } catch {
      return nothing(filled(told.unread, { name: plain(file.name) }));
    }
  }
  for (const [name, body] of fresh) {
    if (isProof(name, body) || !isPolicy(name, body)) continue;
    fresh.delete(name);
    try {
      await own(name, body);
    } catch (fault) {
      return unusable(fault);
    }
  }
  if (mine !== turn) return;
  files = fresh;
  await check();
}

async function check() {
  const mine = ++turn;
  if (!files.size) return say();
  if (!agreed) return nothing(told.wanted);
  const now = Date.now() / 1000;
  const found = await verify(files, agreed.policy, told.words, now);
  const hashes = new Map();
  for (const [name, body] of files) hashes.set(name, hex(await sha256(body)));
  if (mine !== turn) return;
  results = found;
  const foot = filled(told.checked, { time: written(now), sha256: agreed.hash });
  say(...found.map((one) => shown(one, found.length === 1)), taken(hashes), make("p", { class: "note" }, foot));
}

// What is shown.

function say(...shown) {
  const place = at("results");
  const verdicts = shown.map((one) => one.dataset.verdict).filter(Boolean);
  const worst = WORST.findLast((one) => verdicts.includes(one));
  place.replaceChildren(...shown);
  place.hidden = !shown.length;
  place.toggleAttribute("data-verdict", Boolean(worst));
  if (worst) place.dataset.verdict = worst;
  at("anew").hidden = !worst;
}

function headed(verdict) {
  const signed = verdict === SAME || verdict === PART;
  const badge = signed && agreed.ofNobody ? make("span", { class: "badge example" }, told.exemplary) : "";
  return make("h2", { class: "verdict" }, sign(`sign-${verdict}`), make("span", {}, told.verdicts[verdict], " ", badge));
}

/** Why nothing was checked; what was before is kept for files that belong to it. */
function nothing(why, ...more) {
  turn += 1;
  const lines = [why, ...more].map((line) => make("p", {}, line));
  say(make("article", { class: "result", "data-verdict": UNCHECKED }, headed(UNCHECKED), ...lines));
}

function unusable(fault) {
  if (!(fault instanceof Unusable)) throw fault;
  nothing(told.unusable, plain(fault.message));
}

function shown(result, single) {
  const { verdict, lines, step } = result;
  const [sentence, ...more] = lines.map((line, place) => make("p", place ? {} : { class: "sentence" }, line));
  const hint = verdict === UNCHECKED ? told.unproved : (told.hints[step - 1] ?? "");
  return make(
    "article",
    { class: "result", "data-verdict": verdict, "data-step": step },
    headed(verdict),
    sentence,
    ...more,
    hint && make("p", { class: "hint" }, hint),
    verdict === UNCHECKED ? "" : make("details", single ? { open: "" } : {}, make("summary", {}, told.steps), steps(result)),
    result.readings?.length ? said(result.readings) : "",
  );
}

function steps({ step, alone }) {
  const state = (number) => {
    if (alone && number === STEPS) return "none";
    if (!step || number < step) return "passed";
    return number === step ? "failed" : "open";
  };
  const items = told.words.steps.split("|").map((name, place) => {
    const how = state(place + 1);
    const drawn = how === "none" ? "open" : how;
    const words = make("span", {}, `${place + 1}. ${name} `, make("small", {}, told.states[how]));
    return make("li", { class: drawn }, sign(`step-${drawn}`), words);
  });
  return make("ol", { class: "steps" }, ...items);
}

function said(readings) {
  const lines = readings.slice(0, READINGS).map((line) => make("li", {}, line));
  const rest = readings.length > READINGS ? make("p", {}, "…") : "";
  return make("details", {}, make("summary", {}, told.readings), make("ul", {}, ...lines), rest);
}

/** What was checked, so that a printed page says of which bytes it speaks. */
function taken(hashes) {
  // Browsers do not know the numbers of every language: groups of three stand apart as the server has them.
  const apart = document.documentElement.lang === "en" ? "," : "\u00a0";
  const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, apart);
  const lines = [...hashes].map(([name, hash]) => {
    const bytes = make("span", { class: "quiet" }, filled(told.bytes, { count: grouped(files.get(name).length) }));
    return make("li", {}, make("strong", {}, plain(name)), " ", bytes, make("span", { class: "hash" }, `SHA-256 ${hash}`));
  });
  return make("ul", { class: "taken" }, ...lines);
}

// What the reader does.

function listen() {
  const zone = document.querySelector(".drop");
  const over = (is) => zone.classList.toggle("over", is);
  for (const kind of ["dragenter", "dragover"]) {
    addEventListener(kind, (event) => {
      event.preventDefault();
      over(true);
    });
  }
  addEventListener("dragleave", (event) => over(Boolean(event.relatedTarget)));
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    add([...event.dataTransfer.files]);
  });
  at("files").addEventListener("change", (event) => {
    add([...event.target.files]);
    event.target.value = "";
  });
  at("policy").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    try {
      await own(file.name, new Uint8Array(await file.arrayBuffer()));
      await check();
    } catch (fault) {
      unusable(fault);
    }
  });
  at("choosing").addEventListener("reset", async () => {
    sessionStorage.removeItem(KEPT);
    agreed = null;
    await first();
    await check();
  });
  at("anew").addEventListener("reset", () => {
    [files, results] = [new Map(), []];
    say();
    at("files").focus();
  });
}

if (!globalThis.crypto?.subtle || !(await canCheck())) {
  at("unable").hidden = false;
  at("unable").querySelector(`[data-why=${globalThis.crypto?.subtle ? "old" : "insecure"}]`).hidden = false;
} else {
  listen();
  await first();
  for (const id of ["checking", "choosing"]) at(id).hidden = false;
}
