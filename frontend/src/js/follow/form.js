// One follow-up: a picture, the progress against last week's, a few words, perhaps a problem.
import { filled, h } from "../field/dom.js";
import { drawForm, gallery, openForm, place, text } from "../field/form.js";
import { lacks } from "./records.js";

const STEPS = [-5, -1, 1, 5];

export async function formView(app, record) {
  const { words } = app;
  const form = openForm(app, record, { count, named: (known) => known.photos });
  const photos = gallery(form, {
    name: "photos",
    label: words.photos,
    alt: words.site,
    digests: (known) => known.photos,
    put: (known, digests) => {
      known.photos = digests;
    },
  });
  form.at = { photos: photos.box };
  photos.box.tabIndex = -1;
  const ready = drawForm(form, {
    title: record.project.name,
    facts: `${record.project.street} · ${record.project.stage}`,
    parts: [
      h("section", { className: "field-section" }, photos.box, place(form, { atOnce: true })),
      progress(form),
      h("section", { className: "field-section" }, seen(form)),
      problem(form),
    ],
    lacking: (known) => lacks(known).map((name) => ({ words: words[`lacks_${name}`], at: form.at[name] })),
  });
  await photos.shown();
  ready();
  return form.pending;
}

function count(form) {
  const { words } = form.app;
  const { progress: value, last, raises } = form.record;
  const open = lacks(form.record);
  form.left.textContent = open.length ? filled(words.left, open.length) : words.complete;
  form.figure.textContent = value === "" ? "—" : `${value}%`;
  form.hint.textContent = value !== "" && last !== "" && Number(value) < Number(last) ? words.falls : "";
  if (value !== "") form.slider.value = value;
  form.more.hidden = !raises;
}

const round = (value) => String(Math.round(Math.min(100, Math.max(0, value)) * 10) / 10);

function progress(form) {
  const { app, record } = form;
  const { words } = app;
  const set = (value) => form.save((known) => (known.progress = round(value)));
  const now = (known) => Number(known.progress === "" ? known.last || 0 : known.progress);
  form.figure = h("output", { className: "field-figure" });
  form.hint = h("p", { className: "field-due-yellow", role: "status" });
  form.slider = h("input", {
    type: "range", className: "field-slider", id: "progress", min: 0, max: 100, step: 1, value: now(record),
    on: { input: ({ target }) => set(Number(target.value)) },
  });
  form.at.progress = form.slider;
  const step = (by) =>
    h("button", {
      type: "button", className: "button", data: { step: by }, "aria-label": `${words.progress} ${by > 0 ? "+" : "−"}${Math.abs(by)}%`,
      on: { click: () => form.save((known) => (known.progress = round(now(known) + by))) },
    }, `${by > 0 ? "+" : "−"}${Math.abs(by)}`);
  return h("section", { className: "field-section" },
    h("div", { className: "field-progress" },
      h("label", { htmlFor: "progress", className: "field-label" }, words.progress,
        h("span", { className: "field-standard" }, ` ${record.last === "" ? words.no_progress : filled(words.last_week, `${record.last}%`)}`)),
      form.figure),
    form.slider,
    h("div", { className: "field-steps" },
      STEPS.map(step),
      h("button", { type: "button", className: "button", data: { step: "same" }, on: { click: () => set(Number(record.last || 0)) } }, words.same)),
    form.hint);
}

function seen(form) {
  const { app, record } = form;
  const box = text("seen", app.words.seen, record.text, (value) => form.save((known) => (known.text = value)));
  const area = box.querySelector("textarea");
  form.at.text = area;
  const add = (phrase) => {
    area.value = area.value.includes(phrase) ? area.value : [area.value.trim(), phrase].filter(Boolean).join("；");
    form.save((known) => (known.text = area.value));
  };
  return [
    box,
    h("div", { className: "field-steps" }, app.carried.phrases.map((phrase) =>
      h("button", { type: "button", className: "button button-small", data: { phrase: "" }, on: { click: () => add(phrase) } }, phrase))),
  ];
}

function problem(form) {
  const { app, record } = form;
  const { words } = app;
  const put = (facts) => form.save((known) => (known.problem = { ...known.problem, ...facts }));
  const raises = h("input", {
    type: "checkbox", className: "checkbox", id: "raises", checked: record.raises,
    on: { change: ({ target }) => form.save((known) => (known.raises = target.checked)) },
  });
  form.at.title = h("input", {
    id: "problem-title", className: "input", type: "text", maxLength: 120, autocomplete: "off", value: record.problem.title,
    on: { input: ({ target }) => put({ title: target.value }) },
  });
  form.at.kind = h("select", { id: "problem-kind", className: "select", on: { change: ({ target }) => put({ kind: target.value }) } },
    h("option", { value: "" }, "—"),
    app.carried.kinds.map(({ key, label }) => h("option", { value: key, selected: key === record.problem.kind }, label)));
  form.at.level = h("fieldset", { className: "field-levels", tabIndex: -1 },
    h("legend", { className: "field-label" }, words.problem_level),
    h("div", { className: "field-verdicts" }, app.carried.levels.map(({ key, label }) =>
      h("label", { className: "field-verdict" },
        h("input", { type: "radio", name: "level", value: key, checked: key === record.problem.level, on: { change: () => put({ level: key }) } }),
        h("span", {}, label)))));
  form.more = h("div", { className: "field-more", hidden: true },
    h("div", { className: "field-text" }, h("label", { htmlFor: "problem-title", className: "field-label" }, words.problem_title), form.at.title),
    h("div", { className: "field-text" }, h("label", { htmlFor: "problem-kind", className: "field-label" }, words.problem_kind), form.at.kind),
    form.at.level);
  const known = record.project.problems;
  return h("section", { className: "field-section" },
    known.length ? h("p", { className: "field-standard" }, `${filled(words.open_problems, known.length)}：${known.join("；")}`) : null,
    h("label", { className: "choice" }, raises, words.raises),
    form.more);
}
