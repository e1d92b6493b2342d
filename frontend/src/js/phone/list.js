// The member's tasks, and what lies on this phone: unfinished, waiting, refused with the reason, done.
import { filled, h } from "../field/dom.js";
import { button, ownRecords, queue, recordRow } from "../field/list.js";
import { newId } from "../field/records.js";
import { itemsOf, lackOf, renewed } from "./records.js";

export async function listView(app) {
  const records = await ownRecords(app);
  const drafts = new Map(records.filter((each) => each.state === "draft").map((each) => [each.task.id, each]));
  const busy = new Set(records.filter((each) => each.state !== "draft" && each.state !== "done").map((each) => each.task.id));
  const tasks = (app.carried?.tasks ?? []).filter((each) => !busy.has(each.id));
  const known = new Set(tasks.map((each) => each.id));
  const kept = records.filter((each) => each.state !== "draft" || !known.has(each.task.id));
  await app.draw(
    h("h2", { className: "field-title" }, app.words.tasks),
    tasks.length
      ? h("ul", { className: "field-list" }, tasks.map((each) => taskRow(app, each, drafts.get(each.id))))
      : h("p", { className: "field-note" }, app.carried ? `${app.words.no_tasks} ${app.words.no_tasks_help}` : app.words.never),
    ...(kept.length
      ? [h("h2", { className: "field-title" }, app.words.kept), h("ul", { className: "field-list" }, kept.map((each) => inspectionRow(app, each)))]
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

function inspectionRow(app, record) {
  return recordRow(app, record, {
    title: record.task.place,
    facts: [
      record.checklist.label,
      record.number && h("span", { className: "digits" }, record.number),
      record.hazards && filled(app.words.hazards, record.hazards),
    ],
    buttons: ways(app, record),
  });
}

function ways(app, record) {
  if (record.code === "version") return [button(app.words.renew, () => renew(app, record), "button-primary")];
  if (!["reassigned", "submitted", "cancelled", "changed"].includes(record.code)) return [];
  return [button(app.words.extra, () => beside(app, record), "button-primary")];
}

async function beside(app, record) {
  if (record.code !== "changed") return queue(app, record, { extra: true });
  await app.store.fork(record.id, newId(), { extra: true, state: "queued", code: "", message: "" });
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
