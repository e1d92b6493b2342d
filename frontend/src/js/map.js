// MapLibre over local GeoJSON. Its worker is a file of its own, its style sheet loads with it, and
// its labels are drawn from the reader's own fonts, so nothing is fetched from elsewhere.
import * as maplibre from "maplibre-gl";
import { markerImages } from "./markers.js";
import { token } from "./schemes.js";

const LIGHTS = { red: "red", yellow: "yellow-fill", green: "green", none: "none" };

const collection = (features) => ({ type: "FeatureCollection", features });
const point = (properties, lon, lat) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [lon / 1e6, lat / 1e6] } });

/** What comes as short rows, by its name, and the feature that a row becomes. Degrees are millionths, east and north. */
const SHORT = {
  // address, rows: [number, name, unit, value, minute in UTC, lon, lat]
  latest: ({ address }) => ([number, name, unit, value, at, lon, lat]) => point({
    id: String(number), title: name, url: `${address}${number}/`,
    note: `${Number(Number(value).toPrecision(6))} ${unit} · ${at}Z`,
  }, lon, lat),
  // address, types, units, kinds (words by key), rows: [id, number, type, unit, kind, lon, lat]
  cases: ({ address, types, units, kinds }) => ([id, number, type, unit, kind, lon, lat]) => point({
    id, title: number, url: `${address}${id}/`,
    note: [types[type] ?? type, units[unit] ?? unit, kinds[kind]].join(" · "),
    ...(kind === "paused" ? { mark: kind } : { light: kind }),
  }, lon, lat),
};

/** `given` with points for the rows that stand in it in short. */
function unfolded(given) {
  const name = Object.keys(SHORT).find((each) => given[each]);
  if (!name) return given;
  const { [name]: short, ...data } = given;
  return { ...data, points: collection(short.rows.map(SHORT[name](short))) };
}

/** Draws `data`: {areas: FeatureCollection, points: FeatureCollection, or rows of SHORT}; features carry `id`, `name`, `light`, `value`, `url`; areas also `pattern` (both, sensor, nest, none), points `mark` (open, paused, done, sensor, nest, new) for the light, and `title` for a name that is not drawn. */
export async function mount(element, given, { popups = true } = {}) {
  const data = unfolded(given);
  await styleSheet(element.dataset.css);
  maplibre.setWorkerUrl(element.dataset.worker);
  const map = new maplibre.Map({
    container: element,
    style: styleOf(data),
    bounds: boundsOf(data),
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
    cooperativeGestures: false,
    dragRotate: false,
    pitchWithRotate: false,
    localIdeographFontFamily: getComputedStyle(element).fontFamily,
    locale: JSON.parse(element.dataset.words || "{}"),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.scrollZoom.disable();
  map.once("click", () => map.scrollZoom.enable());
  map.on("style.load", () => addImages(map));
  document.addEventListener("district:scheme", () => map.setStyle(styleOf(data)));
  // A page that hears of changes hands on new points (or areas) without a new map.
  element.addEventListener("district:data", (event) => {
    const fresh = unfolded(event.detail);
    Object.assign(data, fresh);
    for (const kind of ["areas", "points"]) if (fresh[kind]) map.getSource(kind)?.setData(data[kind]);
  });
  connect(map, element, popups);
  await new Promise((done) => map.once("load", done));
  return map;
}

function styleSheet(address) {
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  return new Promise((done, fail) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
    link.onload = done;
    link.onerror = () => fail(new Error(address));
    document.head.append(link);
  });
}

async function addImages(map) {
  for (const [name, image] of await markerImages(token)) {
    if (!map.hasImage(name)) map.addImage(name, image, { pixelRatio: 2 });
  }
}

function byLight(otherwise) {
  const pairs = Object.entries(LIGHTS).flatMap(([light, name]) => [light, token(name)]);
  return ["match", ["get", "light"], ...pairs, otherwise];
}

function styleOf(data) {
  const sources = {};
  const layers = [{ id: "ground", type: "background", paint: { "background-color": token("sunken") } }];
  if (data.areas) {
    sources.areas = { type: "geojson", data: data.areas, promoteId: "id" };
    const raised = ["boolean", ["feature-state", "hover"], false];
    layers.push(
      { id: "areas", type: "fill", source: "areas", paint: {
        "fill-color": byLight(token("brand-tint")),
        "fill-opacity": ["case", ["has", "light"], ["case", raised, 0.5, 0.28], ["case", raised, 1, 0.7]],
      } },
      { id: "area-edges", type: "line", source: "areas", paint: {
        "line-color": ["case", raised, token("ink"), token("edge")],
        // What is patterned is made of many small pieces: its edges would hide it.
        "line-width": ["case", ["has", "pattern"], 0, raised, 2.5, 1],
        // Approximate shapes say so: their edges are dashed.
        "line-dasharray": data.approximate ? ["literal", [3, 2]] : ["literal", [1, 0]],
      } },
      { id: "area-patterns", type: "fill", source: "areas", filter: ["has", "pattern"], paint: {
        "fill-pattern": ["concat", "pattern-", ["get", "pattern"]],
      } },
      { id: "area-names", type: "symbol", source: "areas", ...labels([0, 0]) },
    );
  }
  if (data.points) {
    sources.points = { type: "geojson", data: data.points, promoteId: "id" };
    layers.push({ id: "points", type: "symbol", source: "points", layout: {
      "icon-image": ["case", ["has", "mark"], ["concat", "mark-", ["get", "mark"]],
        ["concat", "light-", ["coalesce", ["get", "light"], "none"]]],
      "icon-allow-overlap": true,
    } });
    layers.push({ id: "point-names", type: "symbol", source: "points", ...labels([0, 1.4]) });
  }
  return { version: 8, sources, layers };
}

/** Names, drawn from the page's fonts: without a `glyphs` address nothing is fetched for them. */
function labels(offset) {
  return {
    layout: {
      "text-field": ["coalesce", ["get", "name"], ""],
      "text-font": ["Inter Variable, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"],
      "text-size": 13,
      "text-offset": offset,
      "text-max-width": 8,
    },
    paint: { "text-color": token("ink"), "text-halo-color": token("surface"), "text-halo-width": 1.5 },
  };
}

function* positions(coordinates) {
  if (typeof coordinates[0] === "number") yield coordinates;
  else for (const part of coordinates) yield* positions(part);
}

function boundsOf(data) {
  const bounds = new maplibre.LngLatBounds();
  for (const drawn of [data.areas, data.points]) {
    for (const feature of drawn?.features ?? []) {
      if (feature.geometry) for (const at of positions(feature.geometry.coordinates)) bounds.extend(at);
    }
  }
  return bounds.isEmpty() ? undefined : bounds;
}

/** List and map speak of the same rows: hovering one raises the other, a click opens the page. */
function connect(map, element, popups) {
  const list = document.getElementById(element.dataset.list);
  const rowOf = (id) => list?.querySelector(`[data-feature="${CSS.escape(id)}"]`);
  let raised = null;
  const raise = (id) => {
    if (raised === id) return;
    for (const [each, hover] of [[raised, false], [id, true]]) {
      if (each == null) continue;
      if (map.getSource("areas")) map.setFeatureState({ source: "areas", id: each }, { hover });
      rowOf(each)?.toggleAttribute("data-raised", hover);
    }
    raised = id;
  };
  const popup = new maplibre.Popup({ closeButton: false, closeOnClick: false, maxWidth: "16rem" });
  for (const layer of ["areas", "points"]) {
    map.on("mousemove", layer, (event) => {
      const feature = event.features[0];
      raise(feature.id ?? feature.properties.id);
      map.getCanvas().style.cursor = feature.properties.url ? "pointer" : "";
      if (popups) popup.setLngLat(event.lngLat).setDOMContent(popupOf(feature.properties)).addTo(map);
    });
    map.on("mouseleave", layer, () => {
      raise(null);
      map.getCanvas().style.cursor = "";
      popup.remove();
    });
    map.on("click", layer, (event) => {
      const { url } = event.features[0].properties;
      if (url) location.assign(url);
    });
  }
  for (const kind of ["mouseover", "focusin"]) {
    list?.addEventListener(kind, (event) => {
      const row = event.target.closest("[data-feature]");
      if (row) raise(row.dataset.feature);
    });
  }
  list?.addEventListener("mouseleave", () => raise(null));
}

function popupOf(properties) {
  const box = document.createElement("div");
  box.className = "map-popup";
  const name = document.createElement("b");
  name.textContent = properties.name || properties.title;
  box.append(name, properties.note || "");
  return box;
}
