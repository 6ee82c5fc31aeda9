// A WebDriver client for what these tests use: https://www.w3.org/TR/webdriver2/

import { setTimeout as sleep } from "node:timers/promises";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const WAIT_MS = 10_000;
/** No command takes longer; a driver that answers nothing must not hold the run for ever. */
const ANSWER_MS = 60_000;
const POLL_MS = 50;

export const Key = {
  enter: "\uE007", escape: "\uE00C", tab: "\uE004", backspace: "\uE003", delete: "\uE017", home: "\uE011", end: "\uE010",
  up: "\uE013", down: "\uE015", left: "\uE012", right: "\uE014", control: "\uE009", shift: "\uE008", alt: "\uE00A", space: " ",
};

export class Session {
  /** When the driver was asked to start the program, in milliseconds since 1970. */
  begunAt = 0;
  #base;

  constructor(base) {
    this.#base = base;
  }

  static async start(port, application) {
    const begunAt = performance.timeOrigin + performance.now();
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary: application, args: [] } } };
    const answer = await send("POST", `http://127.0.0.1:${port}/session`, { capabilities });
    const session = new Session(`http://127.0.0.1:${port}/session/${answer.sessionId}`);
    session.begunAt = begunAt;
    return session;
  }

  end() {
    return send("DELETE", this.#base);
  }

  #ask(method, path, body) {
    return send(method, `${this.#base}${path}`, body);
  }

  /** Runs the body of a function in the page; elements may be passed and returned. */
  async run(body, ...args) {
    const value = await this.#ask("POST", "/execute/sync", { script: body, args: args.map(unwrap) });
    return this.#wrap(value);
  }

  async runAsync(body, ...args) {
    return this.#wrap(await this.#ask("POST", "/execute/async", { script: body, args: args.map(unwrap) }));
  }

  #wrap(value) {
    if (Array.isArray(value)) return value.map((entry) => this.#wrap(entry));
    return value?.[ELEMENT] ? new Element(this, value[ELEMENT]) : value;
  }

  async screenshot() {
    return Buffer.from(await this.#ask("GET", "/screenshot"), "base64");
  }

  async resize(width, height) {
    await this.#ask("POST", "/window/rect", { width, height });
  }

  reload() {
    return this.#ask("POST", "/refresh", {});
  }

  async find(selector) {
    const found = await this.#ask("POST", "/elements", { using: "css selector", value: selector });
    return found.map((entry) => new Element(this, entry[ELEMENT]));
  }

  /** Keys pressed on what has the focus; `chord("control", "l")` holds all but the last. */
  async chord(...names) {
    const keys = names.map((name) => Key[name] ?? name);
    const actions = [
      ...keys.map((value) => ({ type: "keyDown", value })),
      ...keys.toReversed().map((value) => ({ type: "keyUp", value })),
    ];
    await this.#ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  async type(text) {
    const actions = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.#ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  element(id, verb, body) {
    return body === undefined ? this.#ask("GET", `/element/${id}/${verb}`) : this.#ask("POST", `/element/${id}/${verb}`, body);
  }
}

export class Element {
  constructor(session, id) {
    this.session = session;
    this.id = id;
  }

  click() {
    return this.session.element(this.id, "click", {});
  }

  /** Replaces what the field holds. The driver drops emoji typed as keys, so text outside the BMP goes in as input. */
  async fill(text) {
    await this.session.run(FILL, this, text);
  }

  /** Types key by key, as a person does. */
  keys(text) {
    return this.session.element(this.id, "value", { text });
  }

  text() {
    return this.session.run(`return arguments[0].innerText.replace(/\\s+/g, " ")`, this);
  }

  property(name) {
    return this.session.element(this.id, `property/${name}`);
  }

  attribute(name) {
    return this.session.run("return arguments[0].getAttribute(arguments[1])", this, name);
  }
}

// The setter of the prototype is the one a framework does not shadow.
const FILL = `
  const [field, text] = arguments;
  field.focus();
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, text);
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
  field.dispatchEvent(new Event("change", { bubbles: true }));`;

function unwrap(value) {
  return value instanceof Element ? { [ELEMENT]: value.id } : value;
}

async function send(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** Asks again until the answer is truthy; the driver has no events. Errors in between count as "not yet". */
export async function until(what, ask, waitMs = WAIT_MS) {
  const end = Date.now() + waitMs;
  let last;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(POLL_MS);
  }
  throw new Error(`waited ${waitMs} ms in vain for ${what}${last ? ` (${last.message})` : ""}`);
}
