// A form with files shows how far they are. Without script, or without files, it is sent as any other.
export function startUploads() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-upload]")) return;
    const fields = [...form.querySelectorAll('input[type="file"]')];
    if (!fields.some((field) => field.files.length)) return;
    event.preventDefault();
    send(form);
  });
}

function send(form) {
  const bar = form.querySelector("[data-upload-progress]");
  const complaint = form.querySelector("[data-upload-error]");
  const request = new XMLHttpRequest();
  const fail = (words) => {
    bar.hidden = true;
    complaint.textContent = words || complaint.dataset.uploadLost;
    complaint.hidden = false;
    delete form.dataset.sent;
  };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    if (lengthComputable) bar.value = loaded / total;
  });
  request.addEventListener("load", () => {
    if (request.status !== 200) return fail(request.response?.error?.message);
    location.assign(request.response.location);
  });
  request.addEventListener("error", () => fail());
  bar.value = 0;
  bar.hidden = false;
  complaint.hidden = true;
  request.send(new FormData(form));
}
