// Keeps a page up to date. When the stream of events tells of something, the page is fetched again, and of its elements that
// have data-live="name" those that changed are put in the place of the old. A page that nobody looks at asks for nothing.
// One that has data-again="seconds" somewhere is asked for again then: what it waits for is no event.
//
// Words, the address of the stream and the reader's clock come with the element #live. Another script that draws into such
// an element marks what it made by data-made and draws again on the event "fresh" of the document, whose detail has the
// names of what was put anew and which element had the focus within.

import { replace } from "./keep.js";

const BREATH = 1000, REST = 5000, PATIENCE = 4000;
// Without a stream: how long until the page is asked for again, each time twice as long up to the last.
const FIRST = 15000, LAST = 300000;

const shown = document.getElementById("live");
const served = new Map([...named(document)].map(([name, held]) => [name, held.outerHTML]));

let stream = null, asking = null, worry = null, fetched = 0, pause = FIRST;
// Whether the page is being fetched, and how soon it is to be once more, by what was told meanwhile.
let renewing = false, missed = null;
// When what is shown was certainly what the record says.
let known = new Date();

function named(page) {
  return [...page.querySelectorAll("[data-live]")].map((held) => [held.dataset.live, held]);
}

// The state for the eye, and, of what matters, once for who listens.
function say(state, at, aloud) {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: shown.dataset.zone });
  const text = shown.dataset[state].replace("{time}", time.format(at));
  shown.hidden = false;
  shown.className = `live ${state}`;
  if (shown.textContent !== text) shown.textContent = text;
  const told = document.getElementById("told");
  if (aloud && told.textContent !== text) told.textContent = text;
}

function listen() {
  if (stream || document.hidden) return;
  stream = new EventSource(shown.dataset.events);
  stream.addEventListener("open", () => {
    clearTimeout(worry);
    worry = null;
    pause = FIRST;
    say("on", known, false);
  });
  stream.addEventListener("error", () => {
    // A service that is started again breaks all streams for a moment, and a browser comes again by itself.
    if (!worry) {
      known = new Date();
      worry = setTimeout(() => say("off", known, true), PATIENCE);
    }
    if (stream.readyState === EventSource.CLOSED) {
      stream = null;
      ask(pause);
      pause = Math.min(2 * pause, LAST);
    }
  });
  for (const kind of shown.dataset.kinds.split(" ")) stream.addEventListener(kind, () => ask(BREATH));
  again();
}

function hush() {
  stream?.close();
  stream = null;
  clearTimeout(asking);
  clearTimeout(worry);
  asking = worry = null;
}

// What happens while the page is fetched may not be in it.
function ask(wait) {
  if (renewing) missed = Math.min(wait, missed ?? wait);
  else asking ??= setTimeout(renew, Math.max(wait, fetched + REST - Date.now()));
}

function again() {
  const waits = document.querySelector("[data-again]");
  if (waits && !document.hidden) ask(1000 * waits.dataset.again);
}

async function renew() {
  fetched = Date.now();
  asking = missed = null;
  renewing = true;
  try {
    const answer = await fetch(location.href, { cache: "no-cache", headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.statusText);
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    known = new Date();
    say(stream?.readyState === EventSource.OPEN ? "on" : "asked", known, false);
  } catch {
    say("fault", known, true);
  }
  renewing = false;
  if (missed !== null && !document.hidden) ask(missed);
  if (stream) again();
  else listen();
}

function put(page) {
  const fresh = new Map(named(page)), changed = [], focus = document.activeElement;
  for (const [name, old] of named(document)) {
    const next = fresh.get(name);
    if (!old.isConnected || !next || next.outerHTML === served.get(name)) continue;
    served.set(name, next.outerHTML);
    replace(old, document.importNode(next, true));
    changed.push(name);
  }
  // From now on the stream is continued from what is shown.
  const told = page.getElementById("live");
  if (told) shown.dataset.events = told.dataset.events;
  if (!changed.length) return;
  document.dispatchEvent(new CustomEvent("fresh", { detail: { names: changed, focus } }));
  document.getElementById("told").textContent = shown.dataset.fresh;
}

if (shown && window.EventSource) {
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  listen();
}
