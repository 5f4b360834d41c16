// The remote: made of the tables that the show sends, and nothing of its own.
//
//   show -> {tables} {params} {state, messages} {refused}, and pictures -> this page
//   this page -> {token} {set: [NAME, value]} {do|press|release: NAME} {seen} -> show
"use strict";

const FIRST = [ // name of the action, its label, and what says that it is on
  ["freeze.toggle", "Freeze", () => values.freeze],
  ["blackout.toggle", "Blackout", () => values.blackout],
  ["panic", "Panic", null],
  ["record.toggle", "Record", () => lines.some((line) => line.startsWith("REC "))],
  ["autopilot.toggle", "Autopilot", () => values.autopilot],
  ["like", "Like", null],
  ["tempo.tap", "Tap tempo", null],
];
const OF_PRESETS = "preset.to.";
const WRONG_TOKEN = 4001;
const SETTLED = 250; // ms after a hand has let go until what comes from elsewhere moves its slider again
const AGAIN = [500, 1000, 2000, 4000]; // ms until the next try to connect

const at = (id) => document.getElementById(id);
let socket = null, tries = 0, pageOf = "";
let values = {}, lines = [];
const rows = new Map(); // a param's name -> {show, held}
const waiting = new Map(); // what is set at the next drawing: many moves of a slider are one message

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "for" || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

function send(message) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function set(name, value) {
  if (!waiting.size) setTimeout(sendSet, 16);
  waiting.set(name, value);
  values[name] = value;
}

function sendSet() {
  for (const [name, value] of waiting) send({ set: [name, value] });
  waiting.clear();
}

// --- the connection

function connect() {
  socket = new WebSocket(`ws${location.protocol === "https:" ? "s" : ""}://${location.host}/`);
  socket.binaryType = "blob";
  socket.onopen = () => { send({ token: location.hash.slice(1) }); };
  socket.onmessage = (event) => {
    if (typeof event.data !== "string") showPicture(event.data);
    else take(JSON.parse(event.data));
  };
  socket.onclose = (event) => {
    at("link").className = "lost";
    if (event.code === WRONG_TOKEN) {
      at("link").textContent = event.reason;
      return;
    }
    at("link").textContent = "no connection to the show; trying again …";
    setTimeout(connect, AGAIN[Math.min(tries++, AGAIN.length - 1)]);
  };
}

function take(message) {
  if (message.tables) {
    tries = 0;
    at("link").className = "";
    at("link").textContent = "connected";
    build(message.tables);
  }
  if (message.params) {
    Object.assign(values, message.params);
    for (const name of Object.keys(message.params)) rows.get(name)?.show();
  }
  if (message.state) {
    lines = message.state;
    at("lines").replaceChildren(...lines.map((line) => make("li", { textContent: line })));
    say(message.messages.join(" · "));
  }
  if (message.refused) say(message.refused);
  showFirst();
}

function say(text) {
  if (at("messages").textContent !== text) at("messages").textContent = text;
}

let shownUrl = "";
function showPicture(blob) {
  const url = URL.createObjectURL(blob), picture = at("picture");
  const done = () => { // the next one comes when this one is seen: a page in the background asks for none
    URL.revokeObjectURL(shownUrl);
    shownUrl = url;
    requestAnimationFrame(() => send({ seen: true }));
  };
  picture.onload = picture.onerror = done;
  picture.src = url;
}

// --- what the page is made of

function build(tables) {
  const text = JSON.stringify(tables);
  if (text === pageOf) { // the connection was lost, and all is as before
    return;
  }
  pageOf = text;
  const open = new Set([...document.querySelectorAll("#groups details[open]")].map((each) => each.id));
  const isFirst = !rows.size;
  rows.clear();
  const presets = tables.actions.filter((action) => action.name.startsWith(OF_PRESETS));
  const others = tables.actions.filter((action) => !action.name.startsWith(OF_PRESETS));
  const known = new Set(others.map((action) => action.name));
  at("first").replaceChildren(...FIRST.filter(([name]) => known.has(name)).map(firstButton));
  const params = new Map();
  for (const info of tables.params) {
    params.set(info.group, [...(params.get(info.group) || []), info]);
  }
  at("groups").replaceChildren(
    group("presets", presets.map((each) => button(each, each.name.slice(OF_PRESETS.length))), "buttons"),
    ...[...params].map(([name, infos]) => group(name, infos.map(paramRow))),
    group("actions", others.map((each) => button(each, each.name)), "buttons"),
  );
  for (const each of document.querySelectorAll("#groups details")) {
    each.open = isFirst ? each.id === "group-presets" || each.id === "group-dream" : open.has(each.id);
  }
  search();
}

function group(name, children, kind = "") {
  return make("details", { id: `group-${name}` },
    make("summary", { textContent: `${name[0].toUpperCase()}${name.slice(1)} (${children.length})` }),
    make("div", { className: kind }, ...children));
}

function firstButton([name, label, isOn]) {
  const element = make("button", { type: "button", textContent: label, className: name === "panic" ? "alarm" : "" });
  element.onclick = () => send({ do: name });
  element.isOn = isOn;
  return element;
}

function showFirst() {
  for (const element of at("first").children) {
    if (element.isOn) element.setAttribute("aria-pressed", String(Boolean(element.isOn())));
  }
}

function button(action, label) {
  const element = make("button", { type: "button", textContent: label, title: action.help });
  element.words = `${action.name} ${action.help}`.toLowerCase();
  if (!action.hold) {
    element.onclick = () => send({ do: action.name });
    return element;
  }
  let isDown = false;
  const press = (down) => {
    if (down !== isDown) send({ [down ? "press" : "release"]: action.name });
    isDown = down;
    element.setAttribute("aria-pressed", String(down));
  };
  element.onpointerdown = (event) => { element.setPointerCapture(event.pointerId); press(true); };
  element.onpointerup = element.onpointercancel = element.onblur = () => press(false);
  element.onkeydown = (event) => { if (event.key === " " || event.key === "Enter") press(true); };
  element.onkeyup = () => press(false);
  element.oncontextmenu = (event) => event.preventDefault();
  return element;
}

function paramRow(info) {
  const id = `param-${info.name}`, help = make("p", { id: `${id}-help`, textContent: info.help });
  const label = make("label", { for: id, textContent: info.label });
  const back = make("button", { type: "button", className: "back", textContent: "↺", "aria-label": `${info.label}: as at first` });
  const row = make("div", { className: "param" });
  const { shown, inputs, show } = (KINDS[info.kind])(info, id);
  let held = 0; // until when a hand has it
  const display = () => {
    const value = values[info.name];
    if (performance.now() < held) return void setTimeout(display, held - performance.now() + 1);
    if (value !== undefined) show(value);
    row.classList.toggle("changed", value !== undefined && value !== info.default);
    back.disabled = value === info.default;
  };
  const hold = () => { held = performance.now() + SETTLED; };
  const give = (value) => { hold(); set(info.name, value); show(value); display(); };
  for (const input of inputs) {
    input.setAttribute("aria-describedby", help.id);
    const event = input.type === "range" ? "oninput" : "onchange";
    input[event] = () => {
      const value = input.type === "checkbox" ? input.checked : info.kind === "number" ? numberOf(input) : input.value;
      if (info.kind !== "number" || input.value !== "") give(value);
    };
    if (input.type === "text" || input.type === "number") { // what is being written is not overwritten
      input.oninput = () => { held = performance.now() + 20 * SETTLED; };
    }
  }
  back.onclick = () => give(info.default);
  const unit = info.unit ? make("span", { className: "unit", textContent: info.unit }) : "";
  row.append(make("div", { className: "head" }, make("span", {}, label, " ", unit), shown, back));
  row.append(...inputs.filter((input) => input !== shown), help);
  row.words = `${info.name} ${info.label} ${info.help} ${info.group}`.toLowerCase();
  rows.set(info.name, { show: display });
  display();
  return row;
}

const KINDS = { // a param's kind -> what stands beside its name, all inputs, and what shows a value in them
  number(info, id) {
    const step = info.step ?? (info.whole ? 1 : "any");
    const ends = { min: info.low, max: info.high };
    const range = make("input", { type: "range", id, ...ends, step: info.whole ? 1 : "any" });
    range.digits = info.whole ? 0 : Math.max(0, Math.ceil(3 - Math.log10(info.high - info.low)));
    const exact = make("input", { type: "number", ...ends, step: "any", "aria-label": `${info.label}, as a number` });
    if (info.step) range.onkeydown = (event) => stepBy(event, range, step);
    const show = (value) => { range.value = value; exact.value = shortest(value); };
    return { shown: exact, inputs: [range, exact], show };
  },
  switch(info, id) {
    const box = make("input", { type: "checkbox", id });
    return { shown: box, inputs: [box], show: (value) => { box.checked = value; } };
  },
  choice(info, id) {
    const list = make("select", { id }, ...info.choices.map((each) => new Option(each || "the show's choice", each)));
    const show = (value) => {
      if (![...list.options].some((option) => option.value === value)) list.append(new Option(value, value));
      list.value = value;
    };
    return { shown: "", inputs: [list], show };
  },
  text(info, id) {
    const line = make("input", { type: "text", id, autocomplete: "off", spellcheck: false });
    return { shown: "", inputs: [line], show: (value) => { line.value = value; } };
  },
};

function stepBy(event, range, step) { // keys go by the param's own step, as the show's keys do
  const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
  if (!way) return;
  event.preventDefault();
  range.value = Number(range.value) + way * step;
  range.oninput();
}

function numberOf(input) { // a thousandth of its way is as fine as a finger moves a slider
  return input.type === "range" ? Number(Number(input.value).toFixed(input.digits)) : Number(input.value);
}

function shortest(value) {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}

// --- the search

function search() {
  const words = at("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const details of document.querySelectorAll("#groups details")) {
    let here = 0;
    for (const each of details.lastElementChild.children) {
      each.hidden = !words.every((word) => each.words.includes(word));
      here += !each.hidden;
    }
    details.hidden = !here;
    if (words.length) {
      details.wasOpen ??= details.open;
      details.open = true;
    } else if (details.wasOpen !== undefined) {
      details.open = details.wasOpen;
      details.wasOpen = undefined;
    }
    found += here;
  }
  at("found").textContent = words.length ? `${found} found` : "";
}

at("search").oninput = search;
connect();
