import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import SecretField from "./SecretField.svelte";

describe("a field for a value", () => {
  test("masks what is typed until its eye is pressed", async () => {
    const user = userEvent.setup();
    render(SecretField, { label: "Master password", value: "" });
    const input = screen.getByLabelText("Master password");
    await user.type(input, "violet");
    expect(input).toHaveAttribute("type", "password");
    await user.click(screen.getByRole("button", { name: "Show master password" }));
    expect(input).toHaveAttribute("type", "text");
    expect(input).toHaveFocus();
  });

  test("masks again when the focus leaves it", async () => {
    const user = userEvent.setup();
    render(SecretField, { label: "Master password", value: "violet" });
    await user.click(screen.getByLabelText("Master password"));
    await user.click(screen.getByRole("button", { name: "Show master password" }));
    await user.click(document.body);
    expect(screen.getByLabelText("Master password")).toHaveAttribute("type", "password");
  });

  test("stays shown while the focus moves between the text and its eye", async () => {
    const user = userEvent.setup();
    render(SecretField, { label: "Value", value: "violet" });
    await user.click(screen.getByLabelText("Value"));
    await user.click(screen.getByRole("button", { name: "Show value" }));
    await user.tab();
    expect(screen.getByLabelText("Value")).toHaveAttribute("type", "text");
  });

  test("keeps newlines as they were pasted when it is multiline", async () => {
    const user = userEvent.setup();
    render(SecretField, { label: "Key", value: "", multiline: true });
    const area = screen.getByLabelText<HTMLTextAreaElement>("Key");
    await user.click(area);
    await user.paste("line 1\nline 2\n");
    expect(area.value).toBe("line 1\nline 2\n");
  });
});
