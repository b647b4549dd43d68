// The page around its hydrographs: all of them show one span, and what else it says of it is of the same.

import { iso } from "./hydrograph-words.js";
import { replace } from "./keep.js";

const REST = 500;
let renewing = null, renewed = null;

// The span is another: what the page says of the old one is marked as old, and renewed when one has looked for a while.
export function moved(view, failed) {
  for (const part of document.querySelectorAll("[data-span]")) part.classList.add("is-stale");
  clearTimeout(renewing);
  renewing = setTimeout(() => renew(view, failed), REST);
}

// The page as it is for that span, whose address it then has; of it the parts that tell of a span take the place of the old.
async function renew([start, end], failed) {
  renewed?.abort();
  const asking = (renewed = new AbortController());
  const here = address(location, start, end);
  history.replaceState(null, "", here);
  follow(start, end);
  try {
    const answer = await fetch(here, { signal: asking.signal, headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = new Map([...page.querySelectorAll("[data-span]")].map((part) => [part.dataset.span, part]));
    for (const part of document.querySelectorAll("[data-span]")) {
      const other = fresh.get(part.dataset.span);
      if (other) replace(part, document.adoptNode(other));
      else part.replaceChildren();
    }
  } catch {
    // They stay marked as old, and the charts say so.
    if (!asking.signal.aborted) failed();
  }
}

function address(place, start, end) {
  const found = new URL(place);
  found.searchParams.set("from", iso(start));
  found.searchParams.set("to", iso(end));
  // A page of a table is one of the span that was.
  found.searchParams.delete("before");
  return found;
}

// The languages and clocks of the head lead to the span that is shown.
function follow(start, end) {
  for (const link of document.querySelectorAll(".switches a")) link.href = address(link.href, start, end);
}
