// What lies on this phone: unfinished, waiting, refused with the reason, done; and what may be done.
import { day, h, sure } from "./dom.js";

// The member's records, those changed last first.
export const ownRecords = async (app) =>
  (await app.store.records())
    .filter((each) => each.member === app.member)
    .sort((one, other) => other.changed_at.localeCompare(one.changed_at));

const TONES = { queued: "yellow", refused: "red", done: "green", draft: "" };

export function recordRow(app, record, { title, facts, buttons }) {
  return h("li", { className: "field-card", data: { record: record.id, state: record.state } },
    h("p", { className: "field-card-title" },
      h("span", { className: `badge ${TONES[record.state] && `badge-${TONES[record.state]}`}` }, app.words[record.state]),
      " ", title),
    h("p", { className: "field-card-meta" },
      facts.filter(Boolean).map((each) => h("span", {}, each)),
      h("span", {}, day(record.finished_at || record.changed_at))),
    record.message ? h("p", { className: "field-reason", role: "alert" }, record.message) : null,
    h("div", { className: "field-buttons" }, ways(app, record, buttons)));
}

export const button = (label, act, kind = "") =>
  h("button", { type: "button", className: `button ${kind}`, on: { click: act } }, label);

// What a person may do about a record; nothing of it goes by itself. `buttons` are more ways out of
// a refusal.
function ways(app, record, buttons) {
  const { words } = app;
  const discard = button(words.discard, () => drop(app, record), "button-quiet");
  if (record.state === "draft") return [h("a", { className: "button button-primary", href: `#r=${record.id}` }, words.go_on), discard];
  if (record.state === "done") return record.url ? [h("a", { className: "button", href: record.url }, words.open)] : [];
  if (record.state === "queued") return [button(words.sync_now, () => app.sync())];
  const mends = record.code === "invalid" || record.code === "photos";
  return [
    ...buttons,
    mends ? button(words.edit, () => edit(app, record), "button-primary") : null,
    button(words.retry, () => queue(app, record)),
    discard,
  ];
}

async function drop(app, record) {
  if (!(await sure(app, app.words.discard_sure))) return;
  await app.store.remove(record.id);
  await app.show();
}

async function edit(app, record) {
  await app.store.put({ ...record, state: "draft", code: "", message: "", finished_at: "" });
  location.hash = `r=${record.id}`;
}

// Let a refused record go again, changed by `facts`.
export async function queue(app, record, facts = {}) {
  await app.store.put({ ...record, ...facts, state: "queued", code: "", message: "" });
  await app.sync();
  await app.show();
}
