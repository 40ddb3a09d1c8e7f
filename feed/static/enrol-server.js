// Asking the server, and sending it files.
import { Refused, api } from "./enrol-page.js";

const sentence = (text) => text && text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

async function answered(response) {
  if (response.ok) return response.status === 204 ? null : response.json();
  const said = await response.json().catch(() => ({ error: "The server did not answer.", remedy: "Try again." }));
  throw new Refused([said.error, said.remedy].filter(Boolean).map(sentence).join(" "));
}

const asked = (path, more) =>
  fetch(api + path, { cache: "no-store", ...more })
    .catch(() => { throw new Refused("The server cannot be reached. Try again in a moment."); })
    .then(answered);

export const ask = (path) => asked(path);
export const send = (path, body = {}) =>
  asked(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export function upload(path, file, progressed) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much is sent
    request.open("POST", api + path);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => progressed(event.loaded);
    request.onerror = () => failed(new Refused("The connection broke. Try again."));
    request.onload = () => {
      const body = request.status === 204 ? null : request.responseText;
      answered(new Response(body, { status: request.status })).then(done, failed);
    };
    request.send(file);
  });
}
