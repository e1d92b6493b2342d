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

  startPhotos(form.querySelector("[data-photos]"));

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

/** Chosen photos are collected from camera and gallery, shown small, and can be taken out again. */
function startPhotos(part) {
  const camera = part.querySelector("[data-camera]");
  const gallery = part.querySelector("[data-gallery]");
  const list = part.querySelector("[data-chosen]");
  const said = part.querySelector("[data-photos-said]");
  const model = part.querySelector("[data-photo]");
  const most = Number(part.dataset.most);
  let chosen = [];
  part.classList.add("photos-scripted");

  const room = () => most - part.querySelectorAll('[name="kept"]:checked').length;
  const put = (full = false) => {
    const files = new DataTransfer();
    for (const file of chosen) files.items.add(file);
    gallery.files = files.files;
    camera.value = "";
    list.hidden = !chosen.length;
    said.textContent = full
      ? part.dataset.full
      : chosen.length
        ? part.dataset.chosenWords + chosen.length
        : "";
  };
  const add = (files) => {
    // The same photo again is the same.
    const known = new Set(chosen.map(name));
    const fresh = files.filter((file) => !known.has(name(file)));
    const taken = fresh.slice(0, Math.max(0, room() - chosen.length));
    for (const file of taken) {
      chosen.push(file);
      list.append(card(file));
    }
    put(taken.length < fresh.length);
  };
  const card = (file) => {
    const item = model.content.firstElementChild.cloneNode(true);
    const picture = item.querySelector("canvas");
    picture.setAttribute("aria-label", file.name);
    item.querySelector("[data-name]").textContent = file.name;
    const remove = item.querySelector("[data-remove]");
    remove.setAttribute("aria-label", `${part.dataset.removeWords} ${file.name}`);
    remove.addEventListener("click", () => {
      chosen = chosen.filter((each) => each !== file);
      item.remove();
      put();
      gallery.focus();
    });
    draw(picture, file);
    return item;
  };
  for (const input of [camera, gallery]) {
    input.addEventListener("change", () => add([...input.files]));
  }
  // What the browser has kept of an earlier visit.
  if (gallery.files.length) add([...gallery.files]);
}

const name = (file) => `${file.name}/${file.size}/${file.lastModified}`;

/** The middle of a picture on its canvas; what the browser cannot read keeps its name alone. */
async function draw(canvas, file) {
  try {
    const picture = await createImageBitmap(file);
    const side = Math.min(picture.width, picture.height);
    const at = [(picture.width - side) / 2, (picture.height - side) / 2, side, side];
    canvas.getContext("2d").drawImage(picture, ...at, 0, 0, canvas.width, canvas.height);
    picture.close();
  } catch {
    canvas.hidden = true;
  }
}
