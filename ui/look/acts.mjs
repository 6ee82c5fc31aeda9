// What a screen's steps are made of: acts of a person on a page.
export const press = (name) => (page) => page.getByRole("button", { name, exact: true }).click();
export const pressLike = (name) => (page) => page.getByRole("button", { name }).click();
export const type = (label, text) => (page) => page.getByLabel(new RegExp(`^${label}( optional)?$`)).fill(text);
export const key = (name) => (page) => page.keyboard.press(name);
export const pause = (ms) => (page) => page.waitForTimeout(ms);
export const place = (name) => (page) => page.getByRole("navigation").getByRole("button", { name }).click();
// The choices of a select have the same role.
export const row = (at) => (page) => page.locator("[role='option']:not(option)").nth(at).click();
export const menu = (label, item) => async (page) => {
  await page.getByRole("button", { name: label }).first().click();
  await page.getByRole("menuitem", { name: item }).click();
};
export const choose = (label, option) => (page) =>
  page.getByLabel(label, { exact: true }).selectOption({ label: option });
/** A radio button that its label covers. */
export const pick = (label) => (page) => page.locator("label").filter({ hasText: label }).click();
export const search = (text) => steps((page) => page.getByRole("searchbox").fill(text), pause(150));

export function steps(...acts) {
  return async (page) => {
    for (const act of acts) await act(page);
  };
}
