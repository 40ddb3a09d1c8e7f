// Enrolling in the browser: what is allowed, what is handed in, and the way from one to the other.
import { Refused, complain, el, kind, now, press, root, show } from "./enrol-page.js";
import { follow, resume } from "./enrol-checks.js";
import { ownKeys, publicHalf, signature } from "./enrol-key.js";
import { send, upload } from "./enrol-server.js";
import "./enrol-camera.js";

const shows = () => (kind() === "person" ? "person" : "thing");

function ofKind() {
  const person = kind() === "person";
  el("species").hidden = person;
  el("terms").elements.species.required = !person;
}

el("terms").addEventListener("change", ofKind);
ofKind(); // a browser may have kept what was filled in

el("terms").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = el("terms");
  const button = form.querySelector("button[type=submit]");
  if (button.ariaBusy === "true" || !form.reportValidity()) return;
  const said = {};
  for (const [name, value] of new FormData(form)) if (name !== "ownkey") (said[name] ||= []).push(value.trim());
  now.said = said;
  now.ownKey = form.elements.ownkey.checked;
  button.ariaBusy = "true";
  try {
    await begin();
    show(shows());
  } catch (error) { complain(error); } finally { button.ariaBusy = null; }
});

async function begin() {
  now.keys = now.ownKey ? await ownKeys() : null;
  const key = now.keys ? await publicHalf(now.keys) : null;
  now.begun = await send("/begin", { said: now.said, key });
}

async function handIn(files) {
  if (files.length === 0) throw new Refused("Choose a file first.");
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > Number(root.dataset.largest)) throw new Refused("That is too large. Hand in less.");
  if (!now.begun) await begin(); // an earlier try used the last one up
  const begun = now.begun;
  show("checks");
  el("sending").textContent = "Sending it…";
  el("progress").value = 0;
  el("progress").hidden = false;
  let filed;
  try {
    let before = 0;
    for (const file of files) {
      await upload(`/begun/${begun.arrival}/files`, file, (loaded) => { el("progress").value = (before + loaded) / total; });
      before += file.size;
    }
    el("sending").textContent = "Sealing it…";
    const body = { signature: await signature(), challenge: kind() === "person" ? now.challenge?.id ?? null : null };
    filed = await send(`/begun/${begun.arrival}/file`, body);
  } catch (error) {
    el("progress").hidden = true;
    show(shows());
    throw error;
  } finally {
    now.begun = null;
  }
  follow(filed.enrolment).catch(complain); // as long as it takes, and the button is free
}

press("hand-in", () => handIn([now.recording]));
press("send", () => handIn([...el("photographs").files]));
for (const id of ["back", "thing-back"]) press(id, async () => show("terms"));
resume();
