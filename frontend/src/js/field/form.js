// Parts of a form whose every answer is on the disk before it is shown as saved.
import { day, filled, h, icon } from "./dom.js";
import { draw, prepared } from "./photos.js";
import { MOST_PHOTOS } from "./records.js";

// `count(form)` shows what is still missing; `named(record)` are the digests that the record names.
export function openForm(app, record, { count, named }) {
  let pending = Promise.resolve();
  const form = {
    app,
    record,
    count: () => count(form),
    named,
    // Writes go one after the other; the next one waits for the disk.
    save: (change) => (pending = pending.then(() => write(form, change))),
    pending: () => pending,
    saved: h("p", { className: "field-saved", role: "status" }),
    left: h("p", { className: "field-left" }),
    lacks: h("div", { className: "field-lacks", role: "alert", hidden: true }),
  };
  return form;
}

// The page of a form: title, what it is about, the parts, and the bar with the button to hand in.
export function drawForm(form, { title, facts, parts, lacking }) {
  const { app } = form;
  const heading = h("h2", { className: "field-title", tabIndex: -1 }, title);
  const submit = h("button", { type: "button", className: "button button-primary button-wide", data: { submit: "" }, on: { click: () => hand(form, lacking) } },
    icon(app, "cloud-upload"), app.words.submit);
  app.main.replaceChildren(
    h("a", { className: "button button-quiet", href: "#" }, icon(app, "arrow-left"), app.words.back),
    heading,
    h("p", { className: "field-card-meta" }, facts),
    ...parts,
    form.lacks,
    h("div", { className: "field-bar" }, h("div", {}, form.left, form.saved), submit));
  form.count();
  // Once all is drawn the form is read from its beginning.
  return () => {
    heading.focus({ preventScroll: false });
    window.scrollTo(0, 0);
  };
}

async function write(form, change) {
  const { app, record } = form;
  try {
    const kept = await app.store.change(record.id, (known) => {
      if (known.state !== "draft") return null; // another tab has handed it in
      change(known);
      known.changed_at = app.now();
      return known;
    });
    if (!kept) return toList();
    form.record = kept;
    form.saved.textContent = filled(app.words.saved, day(kept.changed_at));
    form.count();
  } catch (error) {
    console.error(error);
    app.say(app.words.storage, "red");
  }
}

// By the address and not at once: leaving waits for the writes, of which this may be one.
const toList = () => {
  location.hash = "";
};

export function text(id, label, value, act, more = {}) {
  return h("div", { className: "field-text" },
    h("label", { htmlFor: id, className: "field-label" }, label),
    h("textarea", { id, className: "textarea", rows: 2, maxLength: 1000, value, on: { input: ({ target }) => act(target.value) }, ...more }));
}

// Pictures of one place of the record: `digests(record)` are theirs, `put(record, digests)` writes
// them; `label` names them, `alt` says what they show. Returns the element and `shown`, which draws.
export function gallery(form, slot) {
  const { app } = form;
  const input = h("input", {
    type: "file", accept: "image/*", capture: "environment", className: "sr-only", data: { photo: slot.name },
    on: { change: ({ target }) => take(form, slot, target) },
  });
  slot.list = h("ul", { className: "field-pictures", data: { pictures: slot.name } });
  slot.box = h("div", { className: "field-photos" },
    h("p", { className: "field-label" }, slot.label),
    slot.list,
    h("label", { className: "button" }, icon(app, "camera"), app.words.photo, h("span", { className: "sr-only" }, ` ${slot.alt}`), input));
  slot.shown = () => pictures(form, slot);
  return slot;
}

async function take(form, slot, input) {
  const { app, record } = form;
  for (const file of [...input.files]) {
    if (slot.digests(form.record).length >= MOST_PHOTOS) {
      app.say(app.words.too_many, "yellow");
      break;
    }
    try {
      const { bytes, sha256 } = await prepared(file);
      // The picture first: an answer never names one that is not there.
      await app.store.addPhoto({ record: record.id, sha256, bytes, sent: false });
      await form.save((known) => slot.put(known, [...new Set([...slot.digests(known), sha256])]));
    } catch (error) {
      console.warn(error);
      app.say(error?.name === "QuotaExceededError" ? app.words.storage : app.words.not_picture, "red");
    }
  }
  input.value = "";
  await slot.shown();
}

async function pictures(form, slot) {
  const { app } = form;
  const shown = [];
  for (const sha256 of slot.digests(form.record)) {
    const photo = await app.store.photo(form.record.id, sha256);
    const canvas = h("canvas", { role: "img", "aria-label": slot.alt });
    if (photo) draw(canvas, photo.bytes).catch(console.warn);
    shown.push(h("li", {}, canvas,
      h("button", { type: "button", className: "icon-button", "aria-label": app.words.remove_photo, on: { click: () => remove(form, slot, sha256) } }, icon(app, "trash"))));
  }
  slot.list.replaceChildren(...shown);
}

async function remove(form, slot, sha256) {
  await form.save((known) => slot.put(known, slot.digests(known).filter((each) => each !== sha256)));
  if (!form.named(form.record).includes(sha256)) await form.app.store.removePhoto(form.record.id, sha256);
  await slot.shown();
}

// Where the phone is; `atOnce` asks without a tap.
export function place(form, { atOnce = false } = {}) {
  const { words } = form.app;
  const said = h("p", { className: "field-card-meta", role: "status" }, form.record.accuracy === null ? "" : filled(words.placed, form.record.accuracy));
  const locate = () =>
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        const accuracy = Math.round(coords.accuracy);
        form.save((known) => Object.assign(known, { lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)), accuracy }));
        said.textContent = filled(words.placed, accuracy);
      },
      () => (said.textContent = words.no_place),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  if (atOnce && form.record.accuracy === null) locate();
  return h("div", { className: "field-place" },
    h("button", { type: "button", className: "button", on: { click: locate } }, icon(form.app, "map-pin"), words.place), said);
}

// `lacking(record)`: what keeps it from being handed in, each with words and where to go.
async function hand(form, lacking) {
  const { app } = form;
  await form.save(() => {});
  const found = lacking(form.record);
  form.lacks.hidden = !found.length;
  if (found.length) {
    form.lacks.replaceChildren(
      h("p", {}, filled(app.words.missing, "")),
      h("ul", {}, found.slice(0, 12).map(({ words, at }) => h("li", {},
        h("button", { type: "button", className: "button button-quiet", on: { click: () => at.focus() } }, words)))));
    form.lacks.scrollIntoView({ block: "center" });
    return;
  }
  const queued = await app.store.change(form.record.id, (known) =>
    known.state === "draft" ? { ...known, state: "queued", finished_at: app.now(), changed_at: app.now() } : null);
  if (!queued) return toList();
  history.replaceState(null, "", location.pathname);
  await app.show();
  await app.sync();
}
