// Enrolling in the browser: the form, the camera's guidance, the owner's key, the upload, and what was found.
"use strict";

const el = (id) => document.getElementById(id);
const root = el("enrol");
const api = `/api/enrol/${root.dataset.token}`;
const LEAD = 1500, TURN = 2000, BACK = 1200, WORD = 1300, TAIL = 900; // milliseconds of each cue
const WAYS = {
  left: ["Turn to your left", "left"],
  right: ["Turn to your right", "right"],
  up: ["Look up", "up"],
  down: ["Look down", "down"],
};
const SAYS = { allow: "ok", hold: "a person looks", deny: "no" };
const now = { said: null, ownKey: false, begun: null, keys: null, challenge: null, stream: null, recording: null };

// --- asking the server -----------------------------------------------------------------------------------------------

class Refused extends Error {}

async function answered(response) {
  if (response.ok) return response.status === 204 ? null : response.json();
  const said = await response.json().catch(() => ({ error: "The server did not answer.", remedy: "Try again." }));
  throw new Refused([said.error, said.remedy].filter(Boolean).join(" "));
}

const ask = (path) => fetch(api + path, { cache: "no-store" }).then(answered);
const send = (path, body = {}) =>
  fetch(api + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }).then(answered);

function upload(path, file, progressed) {
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

// --- the page --------------------------------------------------------------------------------------------------------

function complain(error) {
  const box = el("error");
  box.textContent = error instanceof Refused ? error.message : `Something broke here: ${error.message}`;
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
}

function show(section) {
  el("error").hidden = true;
  for (const id of ["terms", "person", "thing", "checks"]) el(id).hidden = id !== section;
  el("promise").hidden = true;
  const title = el(section).querySelector("h2");
  if (title) title.focus();
  window.scrollTo(0, 0);
}

// What a button does; while it does it, it cannot be pressed again.
function press(id, act) {
  el(id).addEventListener("click", async () => {
    el(id).disabled = true;
    el("error").hidden = true;
    try { await act(); } catch (error) { complain(error); } finally { el(id).disabled = false; }
  });
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const kind = () => el("terms").elements.kind.value;

el("terms").addEventListener("change", () => {
  const person = kind() === "person";
  el("species").hidden = person;
  el("terms").elements.species.required = !person;
});

el("terms").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = el("terms");
  if (!form.reportValidity()) return;
  const said = {};
  for (const [name, value] of new FormData(form)) if (name !== "ownkey") (said[name] ||= []).push(value.trim());
  now.said = said;
  now.ownKey = form.elements.ownkey.checked;
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    await begin();
    show(kind() === "person" ? "person" : "thing");
  } catch (error) { complain(error); } finally { button.disabled = false; }
});

// --- the owner's own key ---------------------------------------------------------------------------------------------

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

function inStore(mode, act) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("greenroom", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const request = act(opening.result.transaction("keys", mode).objectStore("keys"));
      request.onerror = () => failed(request.error);
      request.onsuccess = () => { opening.result.close(); done(request.result); };
    };
  });
}

// The key pair of this account in this browser. Its private half cannot be read, not even by this page.
async function ownKeys() {
  const name = root.dataset.account;
  const found = await inStore("readonly", (store) => store.get(name));
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await inStore("readwrite", (store) => store.put(made, name));
  return made;
}

async function begin() {
  now.keys = now.ownKey ? await ownKeys() : null;
  const key = now.keys ? base64(await crypto.subtle.exportKey("raw", now.keys.publicKey)) : null;
  now.begun = await send("/begin", { said: now.said, key });
}

async function signature() {
  if (!now.keys) return null;
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  return base64(await crypto.subtle.sign(algorithm, now.keys.privateKey, bytesOf(now.begun.sign)));
}

if (!window.crypto?.subtle || !window.indexedDB) {
  const box = el("terms").elements.ownkey;
  box.checked = false;
  box.disabled = true;
}

// --- handing in ------------------------------------------------------------------------------------------------------

async function handIn(files) {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > Number(root.dataset.largest)) throw new Refused("That is too large. Hand in less.");
  if (!now.begun) await begin(); // an earlier try used the last one up
  const begun = now.begun;
  show("checks");
  el("sending").textContent = "Sending it…";
  el("progress").hidden = false;
  try {
    let before = 0;
    for (const file of files) {
      await upload(`/begun/${begun.arrival}/files`, file, (loaded) => { el("progress").value = (before + loaded) / total; });
      before += file.size;
    }
    el("sending").textContent = "Sealing it…";
    const body = { signature: await signature(), challenge: now.challenge?.id ?? null };
    now.begun = null;
    const filed = await send(`/begun/${begun.arrival}/file`, body);
    stop();
    el("progress").hidden = true;
    await follow(filed.enrolment);
  } catch (error) {
    now.begun = null;
    el("progress").hidden = true;
    show(kind() === "person" ? "person" : "thing");
    complain(error);
  }
}

// --- what is found ---------------------------------------------------------------------------------------------------

function tell(stands) {
  const list = el("steps");
  for (const step of stands.steps.slice(list.children.length)) {
    const line = document.createElement("li");
    line.value = step.number;
    const name = Object.assign(document.createElement("span"), { className: "gate", textContent: step.name });
    const outcome = Object.assign(document.createElement("span"), { className: `outcome ${step.outcome}`, textContent: SAYS[step.outcome] });
    line.append(name, outcome);
    for (const rule of step.rules) line.append(Object.assign(document.createElement("p"), { className: "rule", textContent: rule.reason }));
    list.append(line);
  }
}

async function follow(enrolment) {
  el("sending").textContent = "It is encrypted, and looked at step by step. This takes some seconds.";
  let failures = 0;
  for (;;) {
    let stands;
    try {
      stands = await ask(`/${enrolment}`);
      failures = 0;
    } catch (error) {
      if (++failures > 5) throw error;
      await pause(2000);
      continue;
    }
    tell(stands);
    if (stands.state === "unconfirmed") return look(enrolment);
    if (stands.state !== "filed") return conclude(enrolment, stands);
    await pause(700);
  }
}

function look(enrolment) {
  el("sending").textContent = "";
  const picture = el("cutout-picture");
  picture.src = `/enrol/${root.dataset.token}/${enrolment}/cutout.png`;
  picture.hidden = false;
  el("cutout").hidden = false;
  el("right").focus();
  const say = async (right) => {
    const stands = await send(`/${enrolment}/look`, { right });
    el("cutout").hidden = true;
    tell(stands);
    conclude(enrolment, stands);
  };
  press("right", () => say(true));
  press("wrong", () => say(false));
}

function conclude(enrolment, stands) {
  el("sending").textContent = "";
  const end = el("end");
  const line = (tag, text) => { const one = document.createElement(tag); one.textContent = text; end.append(one); return one; };
  const link = (text, href) => { const one = line("a", text); one.href = href; one.className = "more"; return one; };
  end.replaceChildren();
  end.dataset.state = stands.state;
  if (stands.state === "enrolled") {
    el("checks-title").textContent = `@${stands.handle} is enrolled`;
    const whose = stands.attested_by === "owner_key" ? "signed with your own key" : "attested by the installation on your word";
    line("p", `Your consent is ${whose}, and in the log. Its receipt proves that to anyone: keep it.`);
    const receipt = link("Download the receipt", `/enrol/${root.dataset.token}/${enrolment}/receipt`);
    receipt.download = `${stands.handle}-1.receipt`;
  } else if (stands.state === "review") {
    el("checks-title").textContent = "A person decides";
    line("p", "Something was not certain enough to be let through by a machine. An operator looks at it; you need not wait here.");
  } else {
    el("checks-title").textContent = "It was refused";
    line("p", "What was handed in is erased. The steps say why, and what would change it.");
    const said = new Set(stands.steps.flatMap((step) => step.rules.map((rule) => rule.id)));
    for (const rule of stands.rules) if (!said.has(rule.id)) line("p", rule.reason).className = "note deny";
    link("Try again", location.pathname);
  }
  end.hidden = false;
  end.focus();
}

// --- photographs -----------------------------------------------------------------------------------------------------

el("photographs").addEventListener("change", () => { el("send").disabled = el("photographs").files.length === 0; });
press("send", () => handIn([...el("photographs").files]));

// --- the camera ------------------------------------------------------------------------------------------------------

async function draw() {
  now.challenge = { ...(await send("/challenge")), drawn: performance.now() };
}

press("camera-on", async () => {
  if (!navigator.mediaDevices?.getUserMedia) throw new Refused("This browser gives pages no camera here: use a file instead, or open this page over https.");
  await draw();
  try {
    now.stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } },
      audio: { channelCount: 1, noiseSuppression: false, autoGainControl: true },
    });
  } catch (error) {
    throw new Refused(error.name === "NotAllowedError" ? "The camera or microphone is not allowed. Allow both for this page, or use a file instead." : "No camera with a microphone was found. Use a file instead.");
  }
  el("preview").srcObject = now.stream;
  await el("preview").play();
  listen();
  el("camera-on").hidden = true;
  el("by-file").hidden = true;
  el("start").hidden = false;
  el("start").disabled = false;
  el("start").focus();
});

// The level of the microphone, so that a silent one is seen before and not after.
function listen() {
  const sound = new AudioContext();
  const analyser = sound.createAnalyser();
  sound.createMediaStreamSource(now.stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let peak = 0;
  const tick = () => {
    if (!now.stream?.active) { sound.close(); el("level").value = 0; el("heard").textContent = "off"; return; }
    analyser.getFloatTimeDomainData(samples);
    const level = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    peak = Math.max(peak, level);
    el("level").value = Math.min(1, level * 4);
    el("heard").textContent = peak > 0.005 ? "hears you" : "hears nothing";
    requestAnimationFrame(tick);
  };
  tick();
}

function stop() {
  now.stream?.getTracks().forEach((track) => track.stop());
  now.stream = null;
}

function cue(text, way, count) {
  el("cue").hidden = false;
  el("cue-text").textContent = text;
  el("cue-count").textContent = count;
  el("arrow").className = `arrow ${way}`;
  el("say").textContent = text;
}

async function guide() {
  const { directions, words } = now.challenge;
  cue("Look into the camera", "none", "");
  await pause(LEAD);
  for (const [number, direction] of directions.entries()) {
    cue(...WAYS[direction], `${number + 1} of ${directions.length}`);
    await pause(TURN);
    cue("Back to the middle", "none", "");
    await pause(BACK);
  }
  cue("Now say each word", "none", "");
  await pause(LEAD);
  for (const [number, word] of words.entries()) {
    cue(word, "none", `${number + 1} of ${words.length}`);
    await pause(WORD);
  }
  await pause(TAIL);
  el("cue").hidden = true;
}

press("start", async () => {
  const left = now.challenge.seconds * 1000 - (performance.now() - now.challenge.drawn);
  if (left < 90_000) await draw(); // too little time to film, look at it and hand it in
  const types = ["video/webm;codecs=vp8,opus", "video/mp4", "video/webm"];
  const mimeType = types.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(now.stream, { mimeType, videoBitsPerSecond: 2_500_000, audioBitsPerSecond: 96_000 });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((done) => { recorder.onstop = done; });
  root.classList.add("filming");
  el("camera").classList.add("recording");
  el("start").hidden = true;
  el("file-instead").hidden = true;
  el("rec").hidden = false;
  el("camera").scrollIntoView({ block: "center" });
  recorder.start();
  try { await guide(); } finally {
    recorder.stop();
    await ended;
    root.classList.remove("filming");
    el("camera").classList.remove("recording");
    el("rec").hidden = true;
  }
  now.recording = new Blob(parts, { type: recorder.mimeType });
  el("playback").src = URL.createObjectURL(now.recording);
  el("camera").hidden = true;
  el("review").hidden = false;
  el("hand-in").focus();
});

press("again", async () => {
  await draw(); // each challenge is for one attempt
  URL.revokeObjectURL(el("playback").src);
  el("review").hidden = true;
  el("camera").hidden = false;
  el("file-instead").hidden = false;
  el(now.stream?.active ? "start" : "camera-on").hidden = false;
});

press("hand-in", () => handIn([now.recording]));

press("file-instead", async () => {
  stop();
  await draw();
  const ways = now.challenge.directions.join(", ");
  el("asked").textContent = `Within five minutes: turn your head ${ways} (your own left and right), each time back to the middle; then say, slowly: ${now.challenge.words.join(" ")}.`;
  el("camera").hidden = true;
  el("by-file").hidden = false;
  el("start").hidden = true;
  el("camera-on").hidden = true;
});

el("recording").addEventListener("change", () => {
  now.recording = el("recording").files[0] ?? null;
  if (!now.recording) return;
  el("playback").src = URL.createObjectURL(now.recording);
  el("review").hidden = false;
});
