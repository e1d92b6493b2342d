// One inspection, item by item.
import { filled, h } from "../field/dom.js";
import { drawForm, gallery, openForm, place, text } from "../field/form.js";
import { blank, itemsOf, lackOf, verdictOf } from "./records.js";

export async function formView(app, record) {
  const form = openForm(app, record, {
    count,
    named: (known) => Object.values(known.answers).flatMap((each) => [...each.photos, ...each.after]),
  });
  form.rows = new Map();
  const ready = drawForm(form, {
    title: record.task.place,
    facts: `${record.checklist.label} · ${record.task.address}`,
    parts: [
      ...record.checklist.sections.map((section) =>
        h("section", { className: "field-section" },
          h("h3", { className: "field-section-title" }, section.label),
          ...section.items.map((item) => itemRow(form, item)))),
      h("section", { className: "field-section" }, overall(form), place(form)),
    ],
    lacking: (known) => lacking(form, known),
  });
  await Promise.all([...form.rows.values()].flatMap((row) => [row.before.shown(), row.after.shown()]));
  ready();
  return form.pending;
}

function lacking(form, record) {
  return itemsOf(record.checklist)
    .map((item) => ({ item, lack: lackOf(item, record.answers[item.key]) }))
    .filter(({ lack }) => lack)
    .map(({ item, lack }) => ({
      words: `${item.number} ${item.text}${lack === "photo" ? ` · ${form.app.words.photo_needed}` : ""}`,
      at: form.rows.get(item.key).box,
    }));
}

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
    row.after.box.hidden = !answerOf(form, item).fixed;
    if (row.said) row.said.textContent = verdict && verdict !== "na" ? form.app.words[verdict] : "";
  }
}

function itemRow(form, item) {
  const { words } = form.app;
  const known = answerOf(form, item);
  const row = { before: pictures(form, item, "photos", words.before), after: pictures(form, item, "after", words.after) };
  const fixed = h("input", {
    type: "checkbox", className: "checkbox", checked: known.fixed,
    on: { change: ({ target }) => answer(form, item, { fixed: target.checked }) },
  });
  row.more = h("div", { className: "field-more", hidden: true },
    text(`note-${item.key}`, words.note, known.note, (note) => answer(form, item, { note })),
    row.before.box,
    h("label", { className: "choice" }, fixed, words.fixed),
    row.after.box);
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

function pictures(form, item, which, label) {
  return gallery(form, {
    name: which,
    label,
    alt: `${item.text} ${label}`,
    digests: (record) => record.answers[item.key]?.[which] ?? [],
    put: (record, digests) => {
      record.answers[item.key] = { ...blank(), ...record.answers[item.key], [which]: digests };
    },
  });
}

const overall = (form) =>
  text("overall", form.app.words.overall, form.record.note, (note) => form.save((known) => (known.note = note)));
