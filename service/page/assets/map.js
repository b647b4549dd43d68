// Puts a map that moves into the place of the drawn one. It asks for the ground, borders and rivers; the sites, their signs
// and what they say are taken from the drawn map, so that each value stands in the page once. Until all of it is there, and
// wherever something of it is not, the drawn map stays.

const FAR = 20; // from a site to the edge of its sign, in pixels of the drawn map
let live = null, ground = null;

const Scale = L.Control.Scale.extend({
  _updateMetric(most) {
    const km = Math.max(this._getRoundNum(most / 1000), 1);
    this._updateScale(this._mScale, this.options.text.replace("{km}", km), (km * 1000) / most);
  },
});

function linesOf(map) {
  const styles = { border: "frontier", stem: "river stem", tributary: "river" };
  const style = (feature) => ({ className: styles[feature.properties.kind], interactive: false, smoothFactor: 0.5 });
  L.geoJSON(ground, { style }).addTo(map);
}

// The sign of a site as it is drawn, in a picture of its own.
function signOf(site) {
  const at = site.querySelector(".hit"), x = Number(at.getAttribute("cx")), y = Number(at.getAttribute("cy"));
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", `${x - FAR} ${y - FAR} ${2 * FAR} ${2 * FAR}`);
  picture.setAttribute("class", "map sign");
  picture.setAttribute("aria-hidden", "true");
  picture.append(site.querySelector(".mark").cloneNode(true));
  return picture;
}

function popupOf(site, words) {
  const [name, ...said] = site.querySelector("title").textContent.split("\n");
  const body = document.createElement("div");
  const put = (tag, text) => body.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  put("strong", name);
  for (const line of said) put("p", line);
  put("a", words.open).href = site.getAttribute("href");
  return body;
}

function markerOf(site, words) {
  const { lon, lat, kind } = site.dataset, name = site.querySelector("title").textContent.split("\n")[0];
  const icon = L.divIcon({ html: signOf(site), iconSize: [2 * FAR, 2 * FAR], className: "on-live" });
  const marker = L.marker([Number(lat), Number(lon)], { icon, title: name, alt: name, zIndexOffset: kind === "reservoir" ? -500 : 0 });
  const [direction, offset] = besideOf(site);
  marker.site = site.dataset.site;
  marker.bindTooltip(name, { permanent: true, direction, offset, className: `of-site ${kind}${site.querySelector("text.name") ? " named" : ""}` });
  return marker.bindPopup(popupOf(site, words));
}

// On which side of its sign the name of a site stands in the drawn map, where no name lies on another.
function besideOf(site) {
  const spot = site.querySelector("circle.hit"), name = site.querySelector("text.name");
  if (!name) return ["top", [0, -8]];
  const down = Number(name.getAttribute("y")) - Number(spot.getAttribute("cy"));
  if (down < 0) return ["top", [0, -8]];
  if (down > 12) return ["bottom", [0, 8]];
  return Number(name.getAttribute("x")) > Number(spot.getAttribute("cx")) ? ["right", [18, 0]] : ["left", [-18, 0]];
}

function started(words) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const box = document.createElement("div");
  box.className = "live-map";
  box.dataset.made = "";
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", words.label);
  const map = L.map(box, {
    attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25,
    minZoom: 5, maxZoom: 13, zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
  });
  L.control.zoom({ zoomInTitle: words.nearer, zoomOutTitle: words.farther }).addTo(map);
  new Scale({ imperial: false, text: words.scale }).addTo(map);
  // A wheel that scrolls the page would be caught by the map: it turns the map only once the map is in use.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  map.on("zoomend", () => {
    box.classList.toggle("nearer", map.getZoom() >= 7);
    box.classList.toggle("near", map.getZoom() >= 9.5);
  });
  map.on("popupopen", ({ popup }) => {
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close?.setAttribute("aria-label", words.close);
  });
  return { box, map, sites: L.layerGroup() };
}

// Each site anew, with its popup open and the focus where they were.
function place(sites, words, focus) {
  const before = live.sites.getLayers(), site = (found) => before.find(found)?.site;
  const open = site((one) => one.isPopupOpen()), chosen = site((one) => one.getElement() === focus);
  const within = focus?.closest(".leaflet-popup") != null;
  live.sites.clearLayers();
  for (const one of sites) {
    const marker = markerOf(one, words).addTo(live.sites);
    if (marker.site === open) marker.getPopup().options.autoPan = false;
    if (marker.site === open) marker.openPopup();
    if (marker.site === open && within) marker.getPopup().getElement().querySelector("a[href]:not([role])")?.focus({ preventScroll: true });
    if (marker.site === chosen) marker.getElement().focus({ preventScroll: true });
  }
}

function fill(figure, focus) {
  const drawn = figure.querySelector(".drawn"), words = figure.dataset;
  const sites = [...drawn.querySelectorAll(".wide-only [data-site]")];
  const first = !live;
  live ??= started(words);
  drawn.after(live.box);
  figure.classList.add("moves");
  live.map.invalidateSize();
  if (first) {
    live.map.fitBounds(L.latLngBounds(sites.map((site) => [site.dataset.lat, site.dataset.lon])).pad(0.08), { animate: false });
    linesOf(live.map);
    live.map.setMaxBounds(L.geoJSON(ground).getBounds());
    live.sites.addTo(live.map);
  }
  const held = live.box.contains(focus);
  place(sites, words, focus);
  // Of what is no site, as the signs that zoom, the element is still there.
  if (held && focus.isConnected && document.activeElement === document.body) focus.focus({ preventScroll: true });
}

async function start(focus = null) {
  const figure = document.querySelector(".on-map");
  if (!figure) return;
  try {
    if (!ground) {
      const answer = await fetch(figure.dataset.ground);
      if (!answer.ok) return;
      ground = await answer.json();
    }
    fill(figure, focus);
  } catch (fault) {
    live?.box.remove();
    figure.classList.remove("moves");
    throw fault;
  }
}

if (window.L) {
  start();
  // What is shown was put anew: its sites may say something else.
  document.addEventListener("fresh", ({ detail }) => {
    if (document.querySelector(".on-map:not(.moves)")) start(detail.focus);
  });
}
