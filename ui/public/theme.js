// Before anything is painted: a page in the other theme for a moment would flash, at the start and after each lock.
// The address says the theme, since asking Rust takes longer than painting.
(() => {
  const theme = new URLSearchParams(location.search).get("theme");
  if (theme === "light" || theme === "dark") document.documentElement.setAttribute("data-theme", theme);
})();
