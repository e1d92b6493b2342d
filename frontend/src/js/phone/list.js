// The member's tasks, and what lies on this phone: unfinished, waiting, refused with the reason, done.
import { day, filled, h, icon, sure } from "./dom.js";
import { itemsOf, lackOf, newId, renewed } from "./records.js";

export async function listView(app) {
  const records = (await app.store.records())
    .filter((each) => each.member === app.member)
    .sort((one, other) => other.changed_at.localeCompare(one.changed_at));
  const drafts = new Map(records.filter((each) => each.state === "draft").map((each) => [each.task.id, each]));
  const busy = new Set(records.filter((each) => each.state !== "draft" && each.state !== "done").map((each) => each.task.id));
  const tasks = (app.carried?.tasks ?? []).filter((each) => !busy.has(each.id));
  const known = new Set(tasks.map((each) => each.id));
  const kept = records.filter((each) => each.state !== "draft" || !known.has(each.task.id));
  app.main.replaceChildren(
    h("h2", { className: "field-title" }, app.words.tasks),
    tasks.length
      ? h("ul", { className: "field-list" }, tasks.map((each) => taskRow(app, each, drafts.get(each.id))))
      : h("p", { className: "field-note" }, app.carried ? `${app.words.no_tasks} ${app.words.no_tasks_help}` : app.words.never),
    ...(kept.length
      ? [h("h2", { className: "field-title" }, app.words.kept), h("ul", { className: "field-list" }, kept.map((each) => recordRow(app, each)))]
      : []),
  );
  return null;
}

function taskRow(app, task, draft) {
  return h("li", { className: "field-card", data: { task: task.id } },
    h("p", { className: "field-card-title" }, task.place),
    h("p", { className: "field-card-meta" }, `${task.street} · ${task.address}`),
    h("p", { className: "field-card-meta" },
      h("span", {}, app.carried.checklists[task.version]?.label ?? ""),
      h("span", { className: `field-due field-due-${task.light}` }, `${app.words.due} ${task.due_on}`)),
    task.own ? null : h("p", { className: "field-card-meta" }, app.words.free),
    h("a", { className: "button button-primary button-wide", href: `#${task.id}` },
      draft ? `${app.words.go_on} ${progress(app, draft)}` : app.words.begin));
}

function progress(app, record) {
  const items = itemsOf(record.checklist);
  const done = items.filter((item) => !lackOf(item, record.answers[item.key])).length;
  return app.words.progress.replace("%(done)s", done).replace("%(all)s", items.length);
}

function recordRow(app, record) {
  const kinds = { queued: "yellow", refused: "red", done: "green", draft: "" };
  return h("li", { className: "field-card", data: { record: record.id, state: record.state } },
    h("p", { className: "field-card-title" },
      h("span", { className: `badge ${kinds[record.state] && `badge-${kinds[record.state]}`}` }, app.words[record.state]),
      " ", record.task.place),
    h("p", { className: "field-card-meta" },
      h("span", {}, record.checklist.label), h("span", {}, day(record.finished_at || record.changed_at)),
      record.number ? h("span", { className: "digits" }, record.number) : null,
      record.hazards ? h("span", {}, filled(app.words.hazards, record.hazards)) : null),
    record.message ? h("p", { className: "field-reason", role: "alert" }, record.message) : null,
    h("div", { className: "field-buttons" }, ways(app, record)));
}

// What a person may do about a record; nothing of it goes by itself.
function ways(app, record) {
  const button = (label, act, kind = "") =>
    h("button", { type: "button", className: `button ${kind}`, on: { click: act } }, label);
  const discard = button(app.words.discard, () => drop(app, record), "button-quiet");
  if (record.state === "draft") return [h("a", { className: "button button-primary", href: `#r=${record.id}` }, app.words.go_on), discard];
  if (record.state === "done") return record.url ? [h("a", { className: "button", href: record.url }, app.words.open)] : [];
  if (record.state === "queued") return [button(app.words.sync_now, () => app.sync())];
  const found = [];
  if (record.code === "version") found.push(button(app.words.renew, () => renew(app, record), "button-primary"));
  if (["reassigned", "submitted", "cancelled", "changed"].includes(record.code)) {
    found.push(button(app.words.extra, () => beside(app, record), "button-primary"));
  }
  if (record.code === "invalid" || record.code === "photos") {
    found.push(button(app.words.edit, () => edit(app, record), "button-primary"));
  }
  return [...found, button(app.words.retry, () => again(app, record)), discard];
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

async function again(app, record) {
  await app.store.put({ ...record, state: "queued", code: "", message: "" });
  await app.sync();
  await app.show();
}

async function beside(app, record) {
  const facts = { extra: true, state: "queued", code: "", message: "" };
  if (record.code === "changed") await app.store.fork(record.id, newId(), facts);
  else await app.store.put({ ...record, ...facts });
  await app.sync();
  await app.show();
}

async function renew(app, record) {
  const task = app.carried?.tasks.find((each) => each.id === record.task.id);
  const checklist = task && app.carried.checklists[task.version];
  if (!checklist) return app.sync();
  await app.store.put(renewed(record, task, checklist, app.now()));
  location.hash = `r=${record.id}`;
}
