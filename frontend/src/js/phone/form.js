// One inspection, item by item. Every answer is on the disk before it is shown as saved.
import { day, filled, h, icon } from "./dom.js";
import { draw, prepared } from "./photos.js";
import { blank, itemsOf, lackOf, MOST_PHOTOS, verdictOf } from "./records.js";

export async function formView(app, record) {
  let pending = Promise.resolve();
  const form = {
    app,
    record,
    // Writes go one after the other; the next one waits for the disk.
    save: (change) => (pending = pending.then(() => write(form, change))),
    rows: new Map(),
  };
  const title = h("h2", { className: "field-title", tabIndex: -1 }, record.task.place);
  form.saved = h("p", { className: "field-saved", role: "status" });
  form.left = h("p", { className: "field-left" });
  form.lacks = h("div", { className: "field-lacks", role: "alert", hidden: true });
  const submit = h("button", { type: "button", className: "button button-primary button-wide", data: { submit: "" }, on: { click: () => hand(form) } },
    icon(app, "cloud-upload"), app.words.submit);
  app.main.replaceChildren(
    h("a", { className: "button button-quiet", href: "#" }, icon(app, "arrow-left"), app.words.back),
    title,
    h("p", { className: "field-card-meta" }, `${record.checklist.label} · ${record.task.address}`),
    ...record.checklist.sections.map((section) =>
      h("section", { className: "field-section" },
        h("h3", { className: "field-section-title" }, section.label),
        ...section.items.map((item) => itemRow(form, item)))),
    h("section", { className: "field-section" }, overall(form), place(form)),
    form.lacks,
    h("div", { className: "field-bar" }, h("div", {}, form.left, form.saved), submit));
  count(form);
  await Promise.all(itemsOf(record.checklist).map((item) => pictures(form, item)));
  title.focus({ preventScroll: false });
  window.scrollTo(0, 0);
  return () => pending;
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
    count(form);
  } catch (error) {
    console.error(error);
    app.say(app.words.storage, "red");
  }
}

// By the address and not at once: leaving waits for the writes, of which this may be one.
const toList = () => {
  location.hash = "";
};

const answerOf = (form, item) => ({ ...blank(), ...form.record.answers[item.key] });
const answer = (form, item, facts) =>
  form.save((known) => {
    known.answers[item.key] = { ...blank(), ...known.answers[item.key], ...facts };
  });

function count(form) {
  const items = itemsOf(form.record.checklist);
  const open = items.filter((item) => lackOf(item, form.record.answers[item.key]));
  form.left.textContent = open.length ? filled(form.app.words.left, open.length) : form.app.words.complete;
  for (const item of items) {
    const row = form.rows.get(item.key);
    const verdict = verdictOf(item, form.record.answers[item.key]);
    row.box.dataset.verdict = verdict;
    row.more.hidden = verdict !== "fail";
    row.after.hidden = !answerOf(form, item).fixed;
    if (row.said) row.said.textContent = verdict && verdict !== "na" ? form.app.words[verdict] : "";
  }
}

function itemRow(form, item) {
  const { words } = form.app;
  const known = answerOf(form, item);
  const row = { before: gallery(form, item, "photos"), after: gallery(form, item, "after") };
  const fixed = h("input", {
    type: "checkbox", className: "checkbox", checked: known.fixed,
    on: { change: ({ target }) => answer(form, item, { fixed: target.checked }) },
  });
  row.more = h("div", { className: "field-more", hidden: true },
    text(form, `note-${item.key}`, words.note, known.note, (note) => answer(form, item, { note })),
    row.before,
    h("label", { className: "choice" }, fixed, words.fixed),
    row.after);
  const limits = item.answer === "number" ? [number(form, item, known, row)] : [];
  row.box = h("fieldset", { className: "field-item", id: `item-${item.key}`, tabIndex: -1 },
    h("legend", { className: "field-legend" },
      h("span", { className: "digits" }, item.number), " ", item.text,
      item.severity === "major" ? h("span", { className: "badge badge-red" }, words.major) : null),
    h("p", { className: "field-standard" }, `${words.standard}：${item.standard}`),
    ...limits,
    choices(form, item, known),
    row.more);
  form.rows.set(item.key, row);
  return row.box;
}

function choices(form, item, known) {
  const offered = item.answer === "number" ? (item.na ? ["na"] : []) : item.na ? ["pass", "fail", "na"] : ["pass", "fail"];
  if (!offered.length) return null;
  if (item.answer === "number") {
    const box = h("input", {
      type: "checkbox", className: "checkbox", checked: known.verdict === "na",
      on: { change: ({ target }) => answer(form, item, { verdict: target.checked ? "na" : "" }) },
    });
    return h("label", { className: "choice" }, box, form.app.words.na);
  }
  return h("div", { className: "field-verdicts" }, offered.map((verdict) =>
    h("label", { className: `field-verdict field-verdict-${verdict}` },
      h("input", {
        type: "radio", name: `verdict-${item.key}`, value: verdict, checked: known.verdict === verdict,
        on: { change: () => answer(form, item, { verdict }) },
      }),
      h("span", {}, form.app.words[verdict]))));
}

function number(form, item, known, row) {
  const { words } = form.app;
  const range = item.min !== "" && item.max !== "" ? (item.min === item.max ? item.min : `${item.min}–${item.max}`) : item.min !== "" ? `≥ ${item.min}` : `≤ ${item.max}`;
  const id = `value-${item.key}`;
  row.said = h("span", { className: "field-said", "aria-live": "polite" });
  return h("div", { className: "field-number" },
    h("label", { htmlFor: id, className: "field-label" }, `${words.limits} ${range} ${item.unit}`),
    h("div", { className: "field-number-row" },
      h("input", {
        id, className: "input", type: "text", inputMode: "decimal", autocomplete: "off", value: known.value, maxLength: 20,
        on: { input: ({ target }) => answer(form, item, { value: target.value.replace(",", ".") }) },
      }),
      h("span", {}, item.unit), row.said));
}

function text(form, id, label, value, act) {
  return h("div", { className: "field-text" },
    h("label", { htmlFor: id, className: "field-label" }, label),
    h("textarea", { id, className: "textarea", rows: 2, maxLength: 1000, value, on: { input: ({ target }) => act(target.value) } }));
}

function gallery(form, item, which) {
  const { app } = form;
  const label = which === "photos" ? app.words.before : app.words.after;
  const input = h("input", {
    type: "file", accept: "image/*", capture: "environment", className: "sr-only", data: { photo: which },
    on: { change: ({ target }) => take(form, item, which, target) },
  });
  return h("div", { className: "field-photos" },
    h("p", { className: "field-label" }, label),
    h("ul", { className: "field-pictures", data: { pictures: which } }),
    h("label", { className: "button" }, icon(app, "camera"), app.words.photo, h("span", { className: "sr-only" }, ` ${item.text} ${label}`), input));
}

async function take(form, item, which, input) {
  const { app, record } = form;
  const files = [...input.files];
  for (const file of files) {
    if (answerOf(form, item)[which].length >= MOST_PHOTOS) {
      app.say(app.words.too_many, "yellow");
      break;
    }
    try {
      const { bytes, sha256 } = await prepared(file);
      // The picture first: an answer never names one that is not there.
      await app.store.addPhoto({ record: record.id, sha256, bytes, sent: false });
      await form.save((known) => {
        const before = { ...blank(), ...known.answers[item.key] };
        known.answers[item.key] = { ...before, [which]: [...new Set([...before[which], sha256])] };
      });
    } catch (error) {
      console.warn(error);
      app.say(error?.name === "QuotaExceededError" ? app.words.storage : app.words.not_picture, "red");
    }
  }
  input.value = "";
  await pictures(form, item);
}

async function pictures(form, item) {
  const { app } = form;
  const row = form.rows.get(item.key);
  for (const [which, box] of [["photos", row.before], ["after", row.after]]) {
    const shown = [];
    for (const sha256 of answerOf(form, item)[which]) {
      const photo = await app.store.photo(form.record.id, sha256);
      const canvas = h("canvas", { role: "img", "aria-label": `${item.text} ${which === "photos" ? app.words.before : app.words.after}` });
      if (photo) draw(canvas, photo.bytes).catch(console.warn);
      shown.push(h("li", {}, canvas,
        h("button", { type: "button", className: "icon-button", "aria-label": app.words.remove_photo, on: { click: () => remove(form, item, which, sha256) } }, icon(app, "trash"))));
    }
    box.querySelector("[data-pictures]").replaceChildren(...shown);
  }
}

async function remove(form, item, which, sha256) {
  await form.save((known) => {
    const before = known.answers[item.key];
    known.answers[item.key] = { ...before, [which]: before[which].filter((each) => each !== sha256) };
  });
  const used = Object.values(form.record.answers).some((each) => [...each.photos, ...each.after].includes(sha256));
  if (!used) await form.app.store.removePhoto(form.record.id, sha256);
  await pictures(form, item);
}

const overall = (form) =>
  text(form, "overall", form.app.words.overall, form.record.note, (note) => form.save((known) => (known.note = note)));

function place(form) {
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
  return h("div", { className: "field-place" },
    h("button", { type: "button", className: "button", on: { click: locate } }, icon(form.app, "map-pin"), words.place), said);
}

async function hand(form) {
  const { app } = form;
  await form.save(() => {});
  const lacking = itemsOf(form.record.checklist).filter((item) => lackOf(item, form.record.answers[item.key]));
  form.lacks.hidden = !lacking.length;
  if (lacking.length) {
    form.lacks.replaceChildren(
      h("p", {}, filled(app.words.missing, "")),
      h("ul", {}, lacking.slice(0, 12).map((item) => h("li", {},
        h("button", { type: "button", className: "button button-quiet", on: { click: () => form.rows.get(item.key).box.focus() } },
          `${item.number} ${item.text}${lackOf(item, form.record.answers[item.key]) === "photo" ? ` · ${app.words.photo_needed}` : ""}`)))));
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
