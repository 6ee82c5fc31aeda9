// Bodies of functions that run in the page.

/** (role, name | null, pattern | null) → elements, in the order of the document. */
export const FIND = `
  const [role, wanted, pattern] = arguments;
  const SELECTORS = {
    button: "button, [role=button], summary",
    textbox: "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, [role=textbox]",
    checkbox: "input[type=checkbox], [role=checkbox]",
    radio: "input[type=radio], [role=radio]",
    combobox: "select, [role=combobox]",
    heading: "h1, h2, h3, h4, [role=heading]",
    dialog: "dialog[open], [role=dialog], [role=alertdialog]",
    option: "[role=option]",
    menuitem: "[role^=menuitem]",
    status: "[role=status]",
    alert: "[role=alert]",
    list: "ul, ol, [role=list]",
    listitem: "li, [role=listitem]",
    link: "a[href], [role=link]",
    row: "tr, [role=row]",
  };
  const tidy = (text) => (text ?? "").replace(/\\s+/g, " ").trim();
  const byIds = (ids) => tidy(ids.split(" ").map((id) => document.getElementById(id)?.textContent).join(" "));
  function nameOf(element) {
    const label = element.getAttribute("aria-label");
    if (label) return tidy(label);
    const labelledBy = element.getAttribute("aria-labelledby");
    if (labelledBy) return byIds(labelledBy);
    if (element.labels?.length) return tidy([...element.labels].map((one) => one.textContent).join(" "));
    if (element.matches("input, textarea, select")) return tidy(element.placeholder || element.title);
    return tidy(element.textContent) || tidy(element.title);
  }
  const fits = (name) =>
    pattern !== null ? new RegExp(pattern).test(name) : wanted === null || name === wanted || name.replace(/ ?optional$/, "") === wanted;
  const visible = (element) =>
    element.checkVisibility({ visibilityProperty: true }) ||
    // A radio or checkbox drawn by its label.
    (element.matches("input") && [...(element.labels ?? [])].some((label) => label.checkVisibility()));
  const dialogs = [...document.querySelectorAll("dialog[open]")];
  const top = dialogs[dialogs.length - 1] ?? document;
  const candidates = [...(top.matches?.(SELECTORS[role] ?? role) ? [top] : []), ...top.querySelectorAll(SELECTORS[role] ?? role)];
  return candidates
    .filter((element) => visible(element) && fits(nameOf(element)))
    .map((element) => (element.matches("input.visually-hidden") && element.labels?.[0]) || element);`;

/** All that a person can read on the page now. */
export const TEXT = `return document.body.innerText.replace(/[\\s\\u00a0]+/g, " ")`;
