// The member's projects of the week, what was made of each, and what lies on this phone.
import { filled, h } from "../field/dom.js";
import { button, ownRecords, queue, recordRow } from "../field/list.js";
import { latestOf, lastOf, subjectOf, weekOf } from "./records.js";

export async function listView(app) {
  const { words } = app;
  const records = await ownRecords(app);
  const open = new Map(records.filter((each) => each.state !== "done").map((each) => [subjectOf(each), each]));
  const ofWeek = (project) => open.get(`${project.id} ${weekOf(app)}`);
  const projects = (app.carried?.projects ?? []).filter((each) => (ofWeek(each)?.state ?? "draft") === "draft");
  const shown = new Set(projects.map(ofWeek));
  const kept = records.filter((each) => !shown.has(each));
  await app.draw(
    h("h2", { className: "field-title" }, app.carried ? filled(words.week, app.carried.week.label) : words.projects),
    projects.length
      ? h("ul", { className: "field-list" }, projects.map((each) => projectRow(app, each, ofWeek(each))))
      : h("p", { className: "field-note" }, app.carried ? words.no_projects : words.never),
    ...(kept.length
      ? [h("h2", { className: "field-title" }, words.kept), h("ul", { className: "field-list" }, kept.map((each) => followUpRow(app, each)))]
      : []),
  );
  return null;
}

function projectRow(app, project, draft) {
  const { words } = app;
  const latest = latestOf(app, project);
  const last = lastOf(app, project);
  const label = draft ? words.go_on : latest ? words.correct : words.follow;
  return h("li", { className: "field-card", data: { project: project.id, made: latest ? "yes" : "no" } },
    h("p", { className: "field-card-title" }, latest ? [h("span", { className: "badge badge-green" }, words.made), " "] : null, project.name),
    h("p", { className: "field-card-meta" }, `${project.street} · ${project.unit} · ${project.stage}`),
    h("p", { className: "field-card-meta" },
      h("span", {}, latest ? `${words.progress} ${latest.progress}%` : last === "" ? words.no_progress : filled(words.last_week, `${last}%`)),
      latest ? h("span", {}, latest.by) : h("span", { className: `field-due field-due-${project.light}` }, `${words.due} ${project.due}`)),
    project.problems.length ? h("p", { className: "field-card-meta" }, filled(words.open_problems, project.problems.length)) : null,
    h("a", { className: `button button-wide ${latest && !draft ? "" : "button-primary"}`, href: `#${project.id}` }, label));
}

function followUpRow(app, record) {
  const { words } = app;
  return recordRow(app, record, {
    title: record.project.name,
    facts: [
      record.progress === "" ? "" : `${words.progress} ${record.progress}%`,
      record.problem && record.state === "done" && typeof record.problem === "string" ? record.problem : "",
      record.doubt,
    ],
    buttons: record.code === "made" ? [button(words.as_correction, () => queue(app, record, { replaces: record.latest }), "button-primary")] : [],
  });
}
