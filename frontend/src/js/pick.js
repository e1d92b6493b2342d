// A map on which somebody puts one pin: by a tap, by dragging it, by Enter in the middle.
// Tells `district:picked` {lon, lat, name of the area}; takes `district:pin` {lon, lat} or null.
import * as maplibre from "maplibre-gl";
import { mount as mountMap } from "./map.js";

export async function mount(element, data) {
  const map = await mountMap(element, data, { popups: false });
  let pin = null;

  const place = (at) => {
    if (!at) {
      pin?.remove();
      pin = null;
      return;
    }
    if (!pin) {
      pin = new maplibre.Marker({ element: drawing(), anchor: "bottom", draggable: true });
      pin.on("dragend", () => tell(pin.getLngLat()));
    }
    pin.setLngLat(at).addTo(map);
  };
  const tell = (at) => {
    const [area] = map.queryRenderedFeatures(map.project(at), { layers: ["areas"] });
    const detail = { lon: at.lng, lat: at.lat, name: area?.properties.name ?? "" };
    element.dispatchEvent(new CustomEvent("district:picked", { detail }));
  };
  map.on("click", ({ lngLat }) => {
    place(lngLat);
    tell(lngLat);
  });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    place(map.getCenter());
    tell(map.getCenter());
  });
  element.addEventListener("district:pin", ({ detail }) => {
    place(detail && [detail.lon, detail.lat]);
    if (detail) map.jumpTo({ center: [detail.lon, detail.lat], zoom: Math.max(map.getZoom(), 12) });
  });
  element.dispatchEvent(new CustomEvent("district:pickable"));
  return map;
}

function drawing() {
  const pin = document.createElement("div");
  pin.className = "pick-pin";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const shape of ["M12 21.5s-7-6.6-7-11.7a7 7 0 0 1 14 0c0 5.1-7 11.7-7 11.7z", "M12 12.5a2.7 2.7 0 1 0 0-5.4a2.7 2.7 0 0 0 0 5.4z"]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  pin.append(svg);
  return pin;
}
