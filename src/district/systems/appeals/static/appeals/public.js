// Comforts of the residents' pages; every one of them works without this script.
const form = document.querySelector("[data-report]");
for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;

if (form) {
  const lon = form.querySelector("#id_lon");
  const lat = form.querySelector("#id_lat");
  const said = form.querySelector("#position-said");
  const box = form.querySelector("#pick-box");
  const island = box.querySelector("[data-island]");

  const say = (words, failed = false) => {
    said.querySelector("[data-said]").textContent = words;
    said.querySelector("[data-unpick]").hidden = !lon.value;
    said.classList.toggle("is-failed", failed);
    said.hidden = false;
  };
  const put = (at, name) => {
    lon.value = at ? at.lon.toFixed(6) : "";
    lat.value = at ? at.lat.toFixed(6) : "";
    if (!at) said.hidden = true;
    else say(said.dataset.picked + (name ? ` · ${name}${said.dataset.near}` : ""));
  };
  const pin = (at) => island.dispatchEvent(new CustomEvent("district:pin", { detail: at }));

  form.querySelector("[data-map-toggle]").addEventListener("click", ({ currentTarget }) => {
    box.hidden = !box.hidden;
    currentTarget.setAttribute("aria-expanded", String(!box.hidden));
  });
  form.querySelector("[data-unpick]").addEventListener("click", () => {
    put(null);
    pin(null);
  });
  island.addEventListener("district:picked", ({ detail }) => put(detail, detail.name));
  island.addEventListener("district:pickable", () => {
    if (lon.value && lat.value) pin({ lon: Number(lon.value), lat: Number(lat.value) });
  });
  form.querySelector("[data-locates]").addEventListener("click", () => {
    if (!navigator.geolocation) return say(said.dataset.failed, true);
    say(said.dataset.busy);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const at = { lon: coords.longitude, lat: coords.latitude };
        put(at);
        pin(at);
      },
      () => say(said.dataset.failed, true),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });

  const anonymous = form.querySelector("#id_anonymous");
  const contact = form.querySelector("[data-contact]");
  const follow = () => (contact.hidden = anonymous.checked);
  anonymous.addEventListener("change", follow);
  follow();
}

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-prints]")) print();
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const text = [...document.querySelectorAll("[data-copied-part]")]
    .map((part) => `${part.previousElementSibling.textContent} ${part.textContent}`)
    .join("\n");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure connection browsers copy only what is selected.
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  button.querySelector("[data-label]").textContent = button.dataset.done;
  document.querySelector("[data-copy-said]").textContent = button.dataset.done;
});
