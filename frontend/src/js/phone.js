// The inspectors' phone page: tasks, checklists and pictures, with or without a connection.
import { startField } from "./field/start.js";
import { formView } from "./phone/form.js";
import { listView } from "./phone/list.js";
import { asSent, inspectionOf } from "./phone/records.js";

startField({
  key: "inspections",
  listView,
  formView,
  carried: ({ tasks, checklists }) => ({ tasks, checklists }),
  subject: (_app, hash) => hash,
  subjectOf: (record) => record.task.id,
  begin(app, id) {
    const task = app.carried?.tasks.find((each) => each.id === id);
    const checklist = task && app.carried.checklists[task.version];
    return checklist ? inspectionOf(app.member, task, checklist, app.now()) : null;
  },
  sends: "inspections",
  asSent,
  belongs: (record) => ({ inspection: record.id, task: record.task.id }),
  settled: ({ number, url, hazards }) => ({ number, url, hazards }),
});
