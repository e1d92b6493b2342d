// The weekly follow-up of projects on a phone: photo, place, progress, problem, with or without a
// connection.
import { startField } from "./field/start.js";
import { formView } from "./follow/form.js";
import { listView } from "./follow/list.js";
import { asSent, followUpOf, subjectOf, weekOf } from "./follow/records.js";

startField({
  key: "projects",
  listView,
  formView,
  carried: ({ csrf: _csrf, now: _now, name: _name, ...body }) => body,
  subject: (app, hash) => (app.carried?.projects.some((each) => each.id === hash) ? `${hash} ${weekOf(app)}` : ""),
  subjectOf,
  begin(app, subject) {
    const project = app.carried.projects.find((each) => each.id === subject.split(" ")[0]);
    return project ? followUpOf(app, project) : null;
  },
  sends: "follow_ups",
  asSent,
  belongs: (record) => ({ follow_up: record.id, project: record.project.id }),
  settled: ({ url, doubt, problem }) => ({ url, doubt, problem }),
});
