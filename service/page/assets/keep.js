// Puts an element in the place of an old one. What the reader did to that lasts: where the focus is, what is unfolded, how
// far a table is moved.

const REACHED = "a, button, input, select, summary, [tabindex]", FOLDS = "details", MOVED = ".wide";

// What a script made is not in what is served, and that script puts the focus back.
function reached(held) {
  return [...held.querySelectorAll(REACHED)].filter((one) => !one.closest("[data-made]"));
}

export function replace(old, next) {
  const place = reached(old).indexOf(document.activeElement);
  const open = [...old.querySelectorAll(FOLDS)].map((held) => held.open);
  const far = [...old.querySelectorAll(MOVED)].map((held) => [held.scrollLeft, held.scrollTop]);
  old.replaceWith(next);
  next.querySelectorAll(FOLDS).forEach((held, at) => { held.open = open[at] ?? held.open; });
  next.querySelectorAll(MOVED).forEach((held, at) => { if (far[at]) [held.scrollLeft, held.scrollTop] = far[at]; });
  if (place >= 0) reached(next)[place]?.focus({ preventScroll: true });
}
